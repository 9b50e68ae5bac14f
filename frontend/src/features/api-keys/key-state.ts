import type { Tone } from '../../ui/StateLabel.tsx'
import type { ApiKey, KeyStatus } from './key-queries.ts'

const tones: Readonly<Record<KeyStatus, Tone>> = {
  active: 'success',
  disabled: 'warning',
  expired: 'neutral',
  revoked: 'neutral',
}

export const toneOf = (status: KeyStatus): Tone => tones[status]

const SOON_MS = 7 * 86_400_000

/** Whether an active key ends within a week. */
export const endsSoon = ({ status, expiresAt }: Pick<ApiKey, 'status' | 'expiresAt'>, now = Date.now()) =>
  status === 'active' && expiresAt !== null && Date.parse(expiresAt) - now < SOON_MS

/** What LiteLLM still has to hear: nothing, a change, or that the key is refused. */
export function syncNotice({
  status,
  syncState,
}: Pick<ApiKey, 'status' | 'syncState'>): 'failed' | 'refusedHere' | 'pending' | undefined {
  if (syncState === 'synced') return undefined
  if (syncState === 'failed') return 'failed'
  return status === 'active' ? 'pending' : 'refusedHere'
}

/** Revoked for good: nothing can be changed any more. */
export const isOver = ({ status }: Pick<ApiKey, 'status'>): boolean => status === 'revoked'

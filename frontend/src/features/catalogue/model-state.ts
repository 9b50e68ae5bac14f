import type { Tone } from '../../ui/StateLabel.tsx'
import type { CatalogueModel } from './catalogue-queries.ts'

type State = 'removed' | 'disabled' | 'unavailable' | 'available'
type SyncState = CatalogueModel['deployments'][number]['syncState']

export const stateTones = {
  removed: 'neutral',
  disabled: 'warning',
  unavailable: 'danger',
  available: 'success',
} as const satisfies Record<State, Tone>

export const stateOf = (model: Pick<CatalogueModel, 'removedAt' | 'availability'>): State =>
  model.removedAt === null ? model.availability : 'removed'

/** The worst of its deployments; undefined when LiteLLM is told nothing about it. */
export function syncOf({ deployments }: Pick<CatalogueModel, 'deployments'>): SyncState | undefined {
  const order: readonly SyncState[] = ['failed', 'pending', 'synced']
  return order.find((state) => deployments.some((one) => one.syncState === state))
}

/** The end of the provider's key as the API shows it, without the dots before it. */
export const keyEndOf = (hint: string): string => hint.replace(/^[.…]+/, '')

/** LiteLLM balances several of them; what it keeps cannot be edited from here. */
export const isBalanced = ({ deployments, litellmIds }: Pick<CatalogueModel, 'deployments' | 'litellmIds'>) =>
  Math.max(deployments.length, litellmIds.length) > 1

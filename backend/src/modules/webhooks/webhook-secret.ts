import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const BYTES = 32

/** A new secret, as Standard Webhooks writes one. */
export const newSecret = (): string => PREFIX + randomBytes(BYTES).toString('base64')

/** What the seal of a webhook's secret is bound to. */
export const secretContext = (webhookId: string): string => `webhooks/${webhookId}`

interface Signed {
  readonly id: string
  /** Epoch seconds of this attempt. */
  readonly timestamp: number
  readonly body: string
}

/** The header `webhook-signature`: one signature per secret, the newest first. */
export function signaturesOf(secrets: readonly string[], { id, timestamp, body }: Signed): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
    })
    .join(' ')
}

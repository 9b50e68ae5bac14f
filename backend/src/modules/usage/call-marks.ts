import { createHmac, hash, timingSafeEqual } from 'node:crypto'

const PURPOSE = 'litemaas/gateway-call'
const LENGTH = 22

/**
 * Marks the gateway's own calls for LiteLLM's logs, so that they are not counted a second time. Whoever calls LiteLLM
 * directly may copy the form of the mark, not the proof in it: such a call is charged like any other.
 */
export class CallMarks {
  readonly #current: string
  readonly #previous: string | undefined

  /** @param previous the secret before a rotation, for calls that are still on their way into the logs */
  constructor(current: string, previous?: string) {
    this.#current = derived(current)
    this.#previous = previous === undefined ? undefined : derived(previous)
  }

  /** 22 characters of base64url. */
  sign(callId: string, apiKeyId: string): string {
    return proof(this.#current, callId, apiKeyId)
  }

  isOurs(callId: string, apiKeyId: string, given: string): boolean {
    const bytes = Buffer.from(given)
    return [this.#current, this.#previous].some((secret) => {
      if (secret === undefined || bytes.length !== LENGTH) return false
      return timingSafeEqual(bytes, Buffer.from(proof(secret, callId, apiKeyId)))
    })
  }
}

const derived = (secret: string): string => createHmac('sha256', secret).update(PURPOSE).digest('base64url')

/**
 * One hash between two copies of the secret, cut to half its length so that nobody can prolong it. An HMAC proves no more
 * here, and its objects cost every call of the gateway thirty times as much.
 */
const proof = (secret: string, callId: string, apiKeyId: string): string =>
  hash('sha256', `${secret} ${callId} ${apiKeyId} ${secret}`, 'base64url').slice(0, LENGTH)

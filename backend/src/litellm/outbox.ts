import { randomUUID } from 'node:crypto'
import type { Tx } from '#platform/database'
import type { Cipher } from '#platform/encryption'
import { findSecret, insertIntent } from './intents.queries.ts'

interface IntentFacts {
  readonly organizationId: string
  /** Kind and id of a registered resource. */
  readonly kind: string
  readonly resourceId: string
  readonly desiredVersion: number
}

export interface PutIntent extends IntentFacts {
  readonly operation: 'put'
  /** The key's value in clear text; only with the `put` that creates it. It is sealed here and wiped after delivery. */
  readonly secret?: string
}

export interface DeleteIntent extends IntentFacts {
  readonly operation: 'delete'
  /** SHA-256 (hex) of the key's value, or LiteLLM's id of a deployment: the row may be gone before LiteLLM has been told. */
  readonly hash: string
}

export type Intent = PutIntent | DeleteIntent

/** Intents: what must happen at LiteLLM, committed together with the change that makes it necessary. */
export class Outbox {
  readonly #cipher: Cipher

  constructor(cipher: Cipher) {
    this.#cipher = cipher
  }

  /**
   * Adds an intent in the caller's own transaction and answers its id. Workers hear of it at commit. A module's
   * transaction must also have written the desired state, which is read anew at delivery.
   */
  async enqueueIntent(tx: Tx, intent: Intent): Promise<string> {
    const id = randomUUID()
    const value = intent.operation === 'put' ? intent.secret : undefined
    const secret =
      value === undefined ? null : this.#cipher.seal(value, contextOf(intent.kind, intent.resourceId))
    await insertIntent(tx, {
      ...intent,
      id,
      secret,
      hash: intent.operation === 'delete' ? intent.hash : null,
    })
    return id
  }

  /** The clear value that some intent of this resource still holds. For the worker only. */
  async openSecret(tx: Tx, kind: string, resourceId: string): Promise<string | undefined> {
    const sealed = await findSecret(tx, kind, resourceId)
    return sealed === undefined ? undefined : this.#cipher.open(sealed, contextOf(kind, resourceId))
  }
}

const contextOf = (kind: string, resourceId: string): string => `litellm_intents/${kind}/${resourceId}`

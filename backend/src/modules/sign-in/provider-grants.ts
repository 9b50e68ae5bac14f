import type { ProviderGrant } from '#identity'
import type { Tx } from '#platform/database'
import type { Cipher } from '#platform/encryption'
import { upsertGrant } from './provider-grant.queries.ts'

/** Before its time is over a grant is used again, so that a removal shows within the configured seconds. */
const USED_AFTER = 0.8

interface Identity {
  readonly issuer: string
  readonly subject: string
}

const contextOf = ({ issuer, subject }: Identity): string => `provider_grants/${issuer}/${subject}`

/** What the provider gives for later, kept sealed. */
export class ProviderGrants {
  readonly #cipher: Cipher
  /** 0: nothing is kept, and groups are read at sign-ins only. */
  readonly #refreshSeconds: number

  constructor(cipher: Cipher, refreshSeconds: number) {
    this.#cipher = cipher
    this.#refreshSeconds = refreshSeconds
  }

  get nextUseSeconds(): number {
    return this.#refreshSeconds * USED_AFTER
  }

  /** In the person's own transaction. A sign-in that brings nothing new leaves what is there. */
  async keep(tx: Tx, identity: Identity & { id: string }, grant: ProviderGrant | null): Promise<void> {
    if (grant === null || this.#refreshSeconds === 0) return
    await upsertGrant(tx, {
      identityId: identity.id,
      sealed: this.seal(identity, grant.token),
      expiresAt: grant.expiresAt,
      dueInSeconds: this.nextUseSeconds,
    })
  }

  seal(identity: Identity, token: string): Buffer {
    return this.#cipher.seal(token, contextOf(identity))
  }

  open(identity: Identity, sealed: Buffer): string {
    return this.#cipher.open(sealed, contextOf(identity))
  }
}

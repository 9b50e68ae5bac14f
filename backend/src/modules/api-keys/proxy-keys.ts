import type { LiteLLM } from '#litellm'
import type { Tx } from '#platform/database'
import type { SyncState } from './api-key.schemas.ts'
import { findDesiredVersion, listLiveSecrets } from './api-key-secret.queries.ts'

/** Each secret is one key object of LiteLLM. */
export const RESOURCE_KIND = 'api_key_secret'

/** How long a creation waits for LiteLLM before it answers `pending`. */
const PATIENCE_MS = 1000

interface KeyVersion {
  readonly organizationId: string
  readonly id: string
  readonly desiredVersion: number
}

/** What the proxy is told about keys. In `service` mode it knows none of them, and nothing here does anything. */
export class ProxyKeys {
  readonly #litellm: Pick<LiteLLM, 'outbox' | 'worker'>
  readonly #isTold: boolean

  constructor(litellm: Pick<LiteLLM, 'outbox' | 'worker'>, keyMode: 'per-key' | 'service') {
    this.#litellm = litellm
    this.#isTold = keyMode === 'per-key'
  }

  /** The sync state of a key that has just been changed. */
  get stateAfterChange(): SyncState {
    return this.#isTold ? 'pending' : 'synced'
  }

  /** A new secret, sealed until the proxy has it. Answers the intent to wait for. */
  async add(tx: Tx, key: KeyVersion, secretId: string, secret: string): Promise<string | undefined> {
    if (!this.#isTold) return undefined
    return await this.#litellm.outbox.enqueueIntent(tx, {
      ...intentFacts(key, secretId),
      operation: 'put',
      secret,
    })
  }

  /** The key's state has changed: every live secret of it is told anew. */
  async update(tx: Tx, key: KeyVersion, now: Date): Promise<void> {
    if (!this.#isTold) return
    for (const secret of await listLiveSecrets(tx, key.id, now))
      await this.#litellm.outbox.enqueueIntent(tx, { ...intentFacts(key, secret.id), operation: 'put' })
  }

  async remove(tx: Tx, key: KeyVersion, secret: { id: string; proxyTokenHash: string }): Promise<void> {
    if (!this.#isTold) return
    const intent = {
      ...intentFacts(key, secret.id),
      operation: 'delete',
      hash: secret.proxyTokenHash,
    } as const
    await this.#litellm.outbox.enqueueIntent(tx, intent)
  }

  /** After the commit: delivers now rather than at the next look. */
  wake(): void {
    if (this.#isTold) this.#litellm.worker.wake()
  }

  /** After the commit: waits a moment for the proxy. Never rejects; what is not done by then is done later. */
  async settle(intentId: string | undefined): Promise<void> {
    if (intentId !== undefined) await this.#litellm.worker.waitFor(intentId, PATIENCE_MS)
  }
}

/**
 * LiteLLM has just refused a secret that is valid here: tells it anew. Only in `per-key` mode, and not for every refused
 * call; one every few seconds and secret is plenty.
 */
export async function tellProxyAgain(
  tx: Tx,
  outbox: LiteLLM['outbox'],
  key: { readonly organizationId: string; readonly id: string; readonly secretId: string },
): Promise<void> {
  const desiredVersion = await findDesiredVersion(tx, key.id, key.secretId)
  if (desiredVersion === undefined) return
  await outbox.enqueueIntent(tx, {
    ...intentFacts({ ...key, desiredVersion }, key.secretId),
    operation: 'put',
  })
}

const intentFacts = (key: KeyVersion, secretId: string) => ({
  organizationId: key.organizationId,
  kind: RESOURCE_KIND,
  resourceId: secretId,
  desiredVersion: key.desiredVersion,
})

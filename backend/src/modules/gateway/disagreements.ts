import type { FastifyBaseLogger } from 'fastify'
import type { KnownApiKey } from '#identity'
import type { LiteLLM } from '#litellm'
import { tellProxyAgain } from '#modules/api-keys'
import type { Database } from '#platform/database'

const EVERY_MS = 5000
const MAX_REMEMBERED = 10_000

/** LiteLLM refused a key that is valid here: it is told about the key again, but not for every call that meets the refusal. */
export class Disagreements {
  readonly #toldAt = new Map<string, number>()
  readonly #parts: { database: Database; litellm: LiteLLM; log: FastifyBaseLogger; now: () => number }

  constructor(parts: { database: Database; litellm: LiteLLM; log: FastifyBaseLogger; now: () => number }) {
    this.#parts = parts
  }

  /** Never rejects: the caller has been answered, and the reconciler would notice as well. */
  async report(key: KnownApiKey): Promise<void> {
    const { database, litellm, log, now } = this.#parts
    if ((this.#toldAt.get(key.secretId) ?? 0) > now() - EVERY_MS) return
    if (this.#toldAt.size >= MAX_REMEMBERED) this.#toldAt.clear()
    this.#toldAt.set(key.secretId, now())
    try {
      const scope = { organizationId: key.organizationId, userId: key.userId, requestId: 'gateway' }
      await database.transaction(scope, (tx) => tellProxyAgain(tx, litellm.outbox, key))
      litellm.worker.wake()
      log.warn({ apiKeyId: key.id }, 'LiteLLM refused a key that is valid; telling it again')
    } catch (error) {
      log.warn(
        { err: error, apiKeyId: key.id },
        'LiteLLM refused a key that is valid, and could not be told again yet',
      )
    }
  }
}

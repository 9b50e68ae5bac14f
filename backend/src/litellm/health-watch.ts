import type { CircuitBreakerPolicy } from 'cockatiel'
import type { Log } from './alarms.ts'
import { isClosed } from './breakers.ts'
import type { LiteLLMClient } from './litellm.client.ts'
import { LiteLLMError } from './litellm.errors.ts'

export type LiteLLMHealth = 'up' | 'down'

export interface HealthWatchOptions {
  readonly client: LiteLLMClient
  readonly adminBreaker: CircuitBreakerPolicy
  readonly log: Log
  /** LiteLLM answers again after it did not. */
  readonly onRecovery: (answer: { isFirstAnswer: boolean }) => void
}

/** Asks LiteLLM how it is, and tries an open breaker, so that recovery is noticed without anybody's request. */
export class HealthWatch {
  readonly #options: HealthWatchOptions
  #health: LiteLLMHealth = 'down'
  #hasAsked = false

  constructor(options: HealthWatchOptions) {
    this.#options = options
  }

  get health(): LiteLLMHealth {
    return this.#health
  }

  async look(signal?: AbortSignal): Promise<void> {
    const before = this.#health
    try {
      await this.#options.client.readiness({ signal })
      this.#health = 'up'
    } catch (error) {
      if (signal?.aborted) return
      this.#health = 'down'
      if (before === 'up' || !this.#hasAsked)
        this.#options.log.warn({ reason: reasonOf(error) }, 'LiteLLM is not available')
    }
    if (this.#health === 'up' && before === 'down') {
      this.#options.log.info({}, 'LiteLLM is available')
      this.#options.onRecovery({ isFirstAnswer: !this.#hasAsked })
    }
    this.#hasAsked = true
    if (this.#health === 'up' && !isClosed(this.#options.adminBreaker)) await this.#tryBreaker(signal)
  }

  /** The breaker itself decides whether a trial is due; its closing wakes the outbox. */
  async #tryBreaker(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#options.client.probeKeys({ signal })
    } catch (error) {
      this.#options.log.debug(
        { reason: reasonOf(error) },
        'the key administration of LiteLLM is not available',
      )
    }
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof LiteLLMError ? `${error.failure.kind}: ${error.failure.message}` : 'failed'

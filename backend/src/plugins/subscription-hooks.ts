import fp from 'fastify-plugin'
import type { Tx } from '#platform/database'
import type { Caller } from '#platform/services'

/** A change of state that has just been written in the transaction at hand. */
interface SubscriptionTransition {
  readonly subscriptionId: string
  readonly userId: string
  readonly modelId: string
  readonly from: string | null
  readonly to: string
}

/** Does SQL and intents in the transition's own transaction, never HTTP. */
type SubscriptionHandler = (tx: Tx, caller: Caller, transition: SubscriptionTransition) => Promise<void>

/** What must happen when a subscription changes state, in the order of registration. */
class SubscriptionHooks {
  readonly #handlers: Array<{ readonly name: string; readonly handle: SubscriptionHandler }> = []
  #isFrozen = false

  register(name: string, handle: SubscriptionHandler): void {
    if (this.#isFrozen) throw new Error(`the subscription handler ${name} comes after the boot`)
    this.#handlers.push({ name, handle })
  }

  get names(): string[] {
    return this.#handlers.map((handler) => handler.name)
  }

  /** Called by `SubscriptionService.transition()` and by nothing else. */
  async run(tx: Tx, caller: Caller, transition: SubscriptionTransition): Promise<void> {
    for (const { handle } of this.#handlers) await handle(tx, caller, transition)
  }

  freeze(): void {
    this.#isFrozen = true
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly subscriptionHooks: SubscriptionHooks
  }
}

export const subscriptionHooks = fp(
  async (app) => {
    const hooks = new SubscriptionHooks()
    app.decorate('subscriptionHooks', hooks)
    app.addHook('onReady', async () => hooks.freeze())
  },
  { name: 'subscription-hooks', dependencies: ['database', 'swagger'] },
)

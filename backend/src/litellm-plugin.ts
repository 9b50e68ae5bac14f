import fp from 'fastify-plugin'
import { createLiteLLM, type LiteLLM } from '#litellm'
import { createCipher } from '#platform/encryption'

declare module 'fastify' {
  interface FastifyInstance {
    readonly litellm: LiteLLM
  }
}

/** The neighbour: modules register what they keep there while they load; its jobs start when all are ready. */
export const litellm = fp(
  async (app) => {
    const { config } = app
    const neighbour = createLiteLLM({
      settings: {
        url: config.LITELLM_API_URL,
        apiKey: config.LITELLM_API_KEY,
        keyMode: config.LITELLM_KEY_MODE,
        syncIntervalSeconds: config.LITELLM_SYNC_INTERVAL_SECONDS,
        reconcileIntervalSeconds: config.RECONCILE_INTERVAL_SECONDS,
        leaseSeconds: config.LEASE_SECONDS,
        orphanAgeSeconds: config.ORPHAN_AGE_SECONDS,
      },
      platform: app.platformDatabase,
      platformUrl: config.DATABASE_PLATFORM_URL,
      cipher: createCipher({
        current: config.ENCRYPTION_KEY,
        ...(config.ENCRYPTION_KEY_PREVIOUS === undefined ? {} : { previous: config.ENCRYPTION_KEY_PREVIOUS }),
      }),
      clock: app.serviceContext.clock,
      log: app.log,
    })
    app.decorate('litellm', neighbour)
    app.startup.push(() => neighbour.start())
    app.addHook('onClose', () => neighbour.stop())
  },
  { name: 'litellm', dependencies: ['services'] },
)

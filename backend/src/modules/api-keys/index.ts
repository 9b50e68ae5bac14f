/** Keys: minted, limited, rotated, revoked, and kept the same at the proxy. It stores no secret and counts no usage. */
import type { FastifyInstance } from 'fastify'
import { Periodic } from '#platform/jobs'
import { followAccess } from './access-follower.ts'
import { registerAdminApiKeyRoutes } from './admin-api-key.routes.ts'
import { AdminApiKey, AdminApiKeyWithSecret, BulkRevokeResult } from './admin-api-key.schemas.ts'
import { AdminApiKeyService } from './admin-api-key.service.ts'
import { registerApiKeyRoutes } from './api-key.routes.ts'
import { AdminLimits, ApiKey, ApiKeyRules, ApiKeyStatistics, ApiKeyWithSecret } from './api-key.schemas.ts'
import { ApiKeyService } from './api-key.service.ts'
import { followBudgets } from './budget-follower.ts'
import { remindOfExpiry } from './expiry-reminder.ts'
import { keySettings } from './key-settings.ts'
import { followOwners, type OwnerFollower } from './owner-follower.ts'
import { ProxyKeys } from './proxy-keys.ts'
import { apiKeyResource } from './proxy-resource.ts'
import { followSubscriptions } from './subscription-follower.ts'

const REMIND_EVERY_MS = 60_000

export async function apiKeys(app: FastifyInstance): Promise<void> {
  const { serviceContext, litellm, config } = app
  for (const schema of [
    AdminLimits,
    ApiKey,
    ApiKeyWithSecret,
    ApiKeyStatistics,
    ApiKeyRules,
    AdminApiKey,
    AdminApiKeyWithSecret,
    BulkRevokeResult,
  ])
    app.addSchema(schema)
  const settings = keySettings(config.MAX_KEYS_PER_PERSON)
  app.settings.register(settings)
  const proxy = new ProxyKeys(litellm, config.LITELLM_KEY_MODE)
  litellm.registerResource(apiKeyResource(serviceContext.clock))
  app.subscriptionHooks.register('api-keys', followSubscriptions(proxy, serviceContext.clock))
  app.accessHooks.register(followAccess(proxy, serviceContext.clock))
  app.budgetFollowers.register(followBudgets(proxy, serviceContext.clock))
  const parts = { digester: app.identity.digester, proxy, settings }
  registerApiKeyRoutes(app, new ApiKeyService(serviceContext, parts))
  registerAdminApiKeyRoutes(app, new AdminApiKeyService(serviceContext, parts))

  const reminder = new Periodic({
    name: 'api-key-expiry',
    everyMs: () => REMIND_EVERY_MS,
    work: () => remindOfExpiry(serviceContext.platformDatabase, serviceContext.clock),
    log: serviceContext.log,
  })
  app.startup.push(async () => reminder.start())
  app.addHook('onClose', () => reminder.stop())
}
export { addressCheck } from '#platform/addresses'
export { keyNotFound } from './api-key.errors.ts'
export { loadKeyGrant, type KeyGrant } from './key-grant.ts'
export { findOwnKey } from './own-key.queries.ts'
export { tellProxyAgain } from './proxy-keys.ts'
/** For rooms that let people in and out: the proxy must hear of their keys. */
export function ownerFollower({ litellm, config, serviceContext }: FastifyInstance): OwnerFollower {
  return followOwners(new ProxyKeys(litellm, config.LITELLM_KEY_MODE), serviceContext.clock)
}
export type { OwnerFollower }

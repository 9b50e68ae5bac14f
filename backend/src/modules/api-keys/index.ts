/** Keys: minted, limited, rotated, revoked, and kept the same at the proxy. It stores no secret and counts no usage. */
import type { FastifyInstance } from 'fastify'
import { registerApiKeyRoutes } from './api-key.routes.ts'
import { ApiKey, ApiKeyWithSecret } from './api-key.schemas.ts'
import { ApiKeyService } from './api-key.service.ts'
import { ProxyKeys } from './proxy-keys.ts'
import { apiKeyResource } from './proxy-resource.ts'
import { followSubscriptions } from './subscription-follower.ts'

export async function apiKeys(app: FastifyInstance): Promise<void> {
  const { serviceContext, litellm, config } = app
  for (const schema of [ApiKey, ApiKeyWithSecret]) app.addSchema(schema)
  const proxy = new ProxyKeys(litellm, config.LITELLM_KEY_MODE)
  litellm.registerResource(apiKeyResource(serviceContext.clock))
  app.subscriptionHooks.register('api-keys', followSubscriptions(proxy, serviceContext.clock))
  const service = new ApiKeyService(serviceContext, {
    digester: app.identity.digester,
    proxy,
    maxKeysPerPerson: config.MAX_KEYS_PER_PERSON,
  })
  registerApiKeyRoutes(app, service)
}
export { loadKeyGrant, type KeyGrant } from './key-grant.ts'
export { tellProxyAgain } from './proxy-keys.ts'

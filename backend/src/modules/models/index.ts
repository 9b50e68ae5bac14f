/** The catalogue: what LiteLLM serves, for whom and at what price. Everybody reads it; the synchronisation and the platform's administrators write it. */
import type { FastifyInstance } from 'fastify'
import { createEgressPolicy } from '#platform/egress'
import { createCipher } from '#platform/encryption'
import { ModelCatalogueStore } from './catalogue-store.ts'
import { ConnectionTestService } from './connection-test.service.ts'
import { deploymentResource } from './deployment-resource.ts'
import { registerModelAdminRoutes } from './model-admin.routes.ts'
import { AdminModel, ConnectionTestResult } from './model-admin.schemas.ts'
import { ModelAdminService } from './model-admin.service.ts'
import { registerModelRoutes } from './model.routes.ts'
import { Model, ModelFacet, ModelPrice, ModelStatistics } from './model.schemas.ts'
import { ModelService } from './model.service.ts'
import { registerSynchronizationRoutes } from './synchronization.routes.ts'
import { ModelDrift, ModelSynchronization } from './synchronization.schemas.ts'
import { SynchronizationService } from './synchronization.service.ts'

const schemas = [
  Model,
  ModelFacet,
  ModelStatistics,
  ModelPrice,
  ModelSynchronization,
  ModelDrift,
  AdminModel,
  ConnectionTestResult,
]

export async function models(app: FastifyInstance): Promise<void> {
  const { serviceContext, litellm, config, jobs } = app
  for (const schema of schemas) app.addSchema(schema)
  const cipher = createCipher({ current: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS })
  const egress = createEgressPolicy(listOf(config.EGRESS_ALLOWED_HOSTS))
  litellm.registerResource(deploymentResource(cipher))
  litellm.registerCatalogueStore(
    new ModelCatalogueStore({
      platform: serviceContext.platformDatabase,
      litellm,
      graceSeconds: config.ORPHAN_AGE_SECONDS,
    }),
  )
  registerModelRoutes(app, new ModelService(serviceContext))
  registerSynchronizationRoutes(
    app,
    new SynchronizationService(serviceContext, { catalogue: litellm.catalogue, jobs }),
  )
  registerModelAdminRoutes(
    app,
    new ModelAdminService(serviceContext, { litellm, cipher, egress, jobs }),
    new ConnectionTestService(serviceContext, { client: litellm.client, egress }),
  )
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

export { modelExists } from './model.queries.ts'
export { holdRestriction, isModelRestricted, RESTRICTION_JOB } from './restriction.ts'

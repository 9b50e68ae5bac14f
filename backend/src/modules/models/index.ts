/** The catalogue: what LiteLLM serves, for whom and at what price. It is read by everybody and written by the synchronisation only. */
import type { FastifyInstance } from 'fastify'
import { ModelCatalogueStore } from './catalogue-store.ts'
import { registerModelRoutes } from './model.routes.ts'
import { Model, ModelSynchronization } from './model.schemas.ts'
import { ModelService } from './model.service.ts'
import { SynchronizationService } from './synchronization.service.ts'

export async function models(app: FastifyInstance): Promise<void> {
  const { serviceContext, litellm } = app
  for (const schema of [Model, ModelSynchronization]) app.addSchema(schema)
  litellm.registerCatalogueStore(new ModelCatalogueStore(serviceContext.platformDatabase))
  registerModelRoutes(
    app,
    new ModelService(serviceContext),
    new SynchronizationService(serviceContext, litellm.catalogue),
  )
}
export { modelExists } from './model.queries.ts'

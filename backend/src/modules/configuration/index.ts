/** What the console must know before anybody has signed in. Everything here is public; nothing here is changed. */
import type { FastifyInstance } from 'fastify'
import { ConfigurationService } from './configuration.service.ts'
import { registerConfigurationRoutes } from './configuration.routes.ts'
import { publicConfiguration } from './configuration.schemas.ts'

export async function configuration(app: FastifyInstance): Promise<void> {
  const sections = app.settings.list().filter((section) => section.isPublic)
  const schema = publicConfiguration(sections)
  app.addSchema(schema)
  const { OAUTH_PROVIDER, OAUTH_PROVIDER_NAME, DOCS_ENABLED } = app.config
  const service = new ConfigurationService(app.serviceContext, sections, {
    signInProvider: OAUTH_PROVIDER,
    signInProviderName: OAUTH_PROVIDER_NAME ?? null,
    hasDocumentation: DOCS_ENABLED,
  })
  registerConfigurationRoutes(app, schema, service)
}

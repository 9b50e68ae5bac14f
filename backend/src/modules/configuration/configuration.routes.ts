import type { TSchema } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { languageOf } from '#platform/errors'
import { errors, One } from '#platform/http'
import type { ConfigurationService } from './configuration.service.ts'

export function registerConfigurationRoutes(
  app: FastifyInstance,
  schema: TSchema,
  service: ConfigurationService,
): void {
  app.get(
    '/api/v1/config',
    {
      schema: {
        operationId: 'getPublicConfiguration',
        summary: 'Read the public configuration',
        description:
          'Names, logos, currency, languages and announcements of this installation; banners in the language of `Accept-Language`.',
        tags: ['settings'],
        response: { 200: One(schema), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.allowPublic],
    },
    async (request) => ({ data: await service.get(languageOf(request)) }),
  )
}

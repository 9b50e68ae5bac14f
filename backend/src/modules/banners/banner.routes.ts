import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { languageOf } from '#platform/errors'
import { callerOf, errors, IdParams, RefTo, strictObject } from '#platform/http'
import { ShownBanner, ShownBannersQuery } from './banner.schemas.ts'
import type { BannerService } from './banner.service.ts'

const tags = ['banners']

export function registerBannerRoutes(app: FastifyInstance, service: BannerService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/banners',
    {
      schema: {
        operationId: 'listShownBanners',
        summary: 'List the banners that you see now',
        description:
          'For your roles, in your language, without those that you have put away; the most urgent first.',
        tags,
        querystring: ShownBannersQuery,
        response: { 200: strictObject({ data: Type.Array(RefTo(ShownBanner)) }), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    async (request) => {
      const preferred = languageOf(request)
      return { data: await service.list(callerOf(request), request.query.language, preferred) }
    },
  )

  routes.post(
    '/api/v1/me/banners/:id/dismiss',
    {
      schema: {
        operationId: 'dismissBanner',
        summary: 'Put a banner away',
        description: 'For as long as the banner allows. It is a matter of display and leaves no audit row.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Put away.' }),
          ...errors(404, 413, 415, 422, 'BANNER_NOT_DISMISSIBLE'),
        },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    async (request, reply) => {
      await service.dismiss(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}

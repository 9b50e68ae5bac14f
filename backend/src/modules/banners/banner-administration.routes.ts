import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import type { BannerAdministrationService } from './banner-administration.service.ts'
import { Banner, BannerListQuery, CreateBanner, UpdateBanner } from './banner.schemas.ts'

const tags = ['banners']

export function registerBannerAdministrationRoutes(
  app: FastifyInstance,
  service: BannerAdministrationService,
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const mayRead = [app.authenticate, app.requireRole('adminReadonly')]
  const mayWrite = [app.authenticate, app.requireRole('admin')]

  routes.get(
    '/api/v1/admin/banners',
    {
      schema: {
        operationId: 'listBanners',
        summary: 'List all banners',
        description: 'Newest first, whether they are shown now or not.',
        tags,
        querystring: BannerListQuery,
        response: { 200: Page(Banner), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: mayRead,
    },
    (request) => service.list(request.query),
  )

  routes.post(
    '/api/v1/admin/banners',
    {
      schema: {
        operationId: 'createBanner',
        summary: 'Put a banner up',
        description:
          'Texts are markdown without HTML and images (422 `UNSAFE_MARKDOWN`); English is always needed, other languages fall back to it.',
        tags,
        body: CreateBanner,
        response: { 201: One(Banner), ...errors(409, 413, 415, 422, 'BANNER_SCHEDULE') },
      },
      config: { tenant: 'none', audit: 'banner.created', idempotency: 'optional' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      return reply.code(201).send({ data })
    },
  )

  routes.get(
    '/api/v1/admin/banners/:id',
    {
      schema: {
        operationId: 'getBanner',
        summary: 'Read one banner',
        description: 'With all its languages and everything that decides who sees it.',
        tags,
        params: IdParams,
        response: { 200: One(Banner), ...errors(404) },
      },
      config: { tenant: 'none' },
      preHandler: mayRead,
    },
    async (request) => ({ data: await service.get(request.params.id) }),
  )

  routes.patch(
    '/api/v1/admin/banners/:id',
    {
      schema: {
        operationId: 'updateBanner',
        summary: 'Change a banner',
        description: 'Only the given fields change; people see it at their next look.',
        tags,
        params: IdParams,
        body: UpdateBanner,
        response: { 200: One(Banner), ...errors(404, 409, 413, 415, 422, 'BANNER_SCHEDULE') },
      },
      config: { tenant: 'none', audit: 'banner.updated' },
      preHandler: mayWrite,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/admin/banners/:id',
    {
      schema: {
        operationId: 'deleteBanner',
        summary: 'Remove a banner for good',
        description: 'Its text remains in the audit trail. To hide it for a while, set `isEnabled` to false.',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'Removed.' }), ...errors(404, 409, 413, 415) },
      },
      config: { tenant: 'none', audit: 'banner.deleted' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )
}

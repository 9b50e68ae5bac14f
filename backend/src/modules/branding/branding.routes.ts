import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { ApplicationError } from '#platform/errors'
import { callerOf, errors, One, strictObject } from '#platform/http'
import { BrandingImage, MAX_IMAGE_BYTES, mediaTypes, SlotParams } from './branding.schemas.ts'
import type { BrandingService } from './branding.service.ts'

const tags = ['branding']
/** An image that is opened by itself is a page of its own, in which nothing may run or be fetched. */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
const BINARY = Type.Unsafe<Buffer>({ description: 'The bytes of the image.' })
const IMAGES = { content: Object.fromEntries(mediaTypes.map((one) => [one, { schema: BINARY }])) }

export function registerBrandingRoutes(app: FastifyInstance, service: BrandingService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/branding/images/:slot',
    {
      schema: {
        operationId: 'getBrandingImage',
        summary: 'Read a logo',
        description: 'The bytes of the image. Anybody may read it: the sign-in page shows it.',
        tags,
        params: SlotParams,
        querystring: strictObject({
          v: Type.Optional(Type.String({ maxLength: 64, description: 'For caches.' })),
        }),
        response: {
          200: { description: 'The image.', ...IMAGES },
          304: Type.Null({ description: 'The one that you have is still right.' }),
          ...errors(404, 'BRANDING_IMAGE_NOT_FOUND'),
        },
      },
      config: { tenant: 'none' },
      preHandler: [app.allowPublic],
    },
    async (request, reply) => {
      const image = await service.content(request.params.slot)
      void reply.headers({
        etag: `"${image.digest}"`,
        'cache-control': 'public, max-age=300',
        'content-security-policy': SANDBOX,
      })
      if (request.headers['if-none-match'] === `"${image.digest}"`) return reply.code(304).send(null)
      return reply.type(image.mediaType).send(image.content)
    },
  )

  void app.register(async (uploads) => {
    uploads.addContentTypeParser(
      [...mediaTypes],
      { parseAs: 'buffer', bodyLimit: MAX_IMAGE_BYTES },
      (_request, body, done) => done(null, body),
    )
    uploads.withTypeProvider<TypeBoxTypeProvider>().put(
      '/api/v1/admin/branding/images/:slot',
      {
        bodyLimit: MAX_IMAGE_BYTES,
        schema: {
          operationId: 'putBrandingImage',
          summary: 'Exchange a logo',
          description:
            'The body is the image itself: PNG, JPEG, WebP, GIF or SVG, at most 2 MB and 4096 pixels a side. Of an SVG only what draws is kept.',
          tags,
          params: SlotParams,
          body: IMAGES,
          response: {
            200: One(BrandingImage),
            ...errors(413, 415, 422, 'IMAGE_TOO_LARGE', 'IMAGE_UNREADABLE'),
          },
        },
        config: { tenant: 'none', audit: 'branding_image.replaced' },
        preHandler: [app.authenticate, app.requireRole('admin')],
      },
      async (request) => {
        const mediaType = mediaTypes.find((one) => request.headers['content-type']?.startsWith(one))
        if (mediaType === undefined || !Buffer.isBuffer(request.body))
          throw new ApplicationError('UNSUPPORTED_MEDIA_TYPE', 'The body must be an image.')
        return { data: await service.put(callerOf(request), request.params.slot, mediaType, request.body) }
      },
    )
  })

  routes.delete(
    '/api/v1/admin/branding/images/:slot',
    {
      schema: {
        operationId: 'deleteBrandingImage',
        summary: 'Remove a logo',
        description: 'The product’s own is shown then.',
        tags,
        params: SlotParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errors(404, 413, 415, 'BRANDING_IMAGE_NOT_FOUND'),
        },
      },
      config: { tenant: 'none', audit: 'branding_image.removed' },
      preHandler: [app.authenticate, app.requireRole('admin')],
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.slot)
      return reply.code(204).send(null)
    },
  )
}

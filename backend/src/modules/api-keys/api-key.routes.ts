import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  ApiKey,
  ApiKeyListQuery,
  ApiKeyRules,
  ApiKeyStatistics,
  ApiKeyWithSecret,
  CreateApiKey,
  RotateApiKey,
  UpdateApiKey,
} from './api-key.schemas.ts'
import type { ApiKeyService } from './api-key.service.ts'

const tags = ['api keys']

/** The day from which one subscription per key was the old way, as RFC 9745 writes it. */
const SUBSCRIPTION_ID_DEPRECATED = '@1767225600'

export function registerApiKeyRoutes(app: FastifyInstance, service: ApiKeyService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.post(
    '/api/v1/api-keys',
    {
      schema: {
        operationId: 'createApiKey',
        summary: 'Create a key',
        description:
          'For models that you have active subscriptions to. `key` is shown in this answer and never again. With `subscriptionId` instead of `modelIds` the answer carries a `Deprecation` header.',
        tags,
        body: CreateApiKey,
        response: {
          201: One(ApiKeyWithSecret),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            'EXPIRY_OUT_OF_RANGE',
            'EXPIRY_REQUIRED',
            'ABOVE_MAXIMUM',
            'METADATA_TOO_LARGE',
            'KEY_LIMIT_REACHED',
            'NOT_TEAM_MEMBER',
            'TEAM_NOT_FOUND',
            'MODEL_NOT_IN_TEAM',
            'MODEL_LIMIT_WITHOUT_MODEL',
            'MODEL_NOT_SUBSCRIBED',
            'SUBSCRIPTION_NOT_ACTIVE',
          ),
        },
      },
      config: { audit: 'api_key.created', idempotency: 'optional' },
      preHandler: [app.authenticate, app.requirePermission('keys:create')],
    },
    async (request, reply) => {
      const data = await service.create(callerOf(request), request.body, idempotencyOf(request, reply, 201))
      if (request.body.subscriptionId !== undefined)
        void reply.header('deprecation', SUBSCRIPTION_ID_DEPRECATED)
      return reply.code(201).header('cache-control', 'no-store').send({ data })
    },
  )

  routes.get(
    '/api/v1/api-keys',
    {
      schema: {
        operationId: 'listApiKeys',
        summary: 'List your keys',
        description: 'Your own, in every state; `spend` is of the present window.',
        tags,
        querystring: ApiKeyListQuery,
        response: { 200: Page(ApiKey), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('keys:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/api-keys/statistics',
    {
      schema: {
        operationId: 'getApiKeyStatistics',
        summary: 'Count your keys',
        description: 'By state, with what they spend together and how many you may have.',
        tags,
        response: { 200: One(ApiKeyStatistics), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('keys:read')],
    },
    async (request) => ({ data: await service.statistics(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/api-keys/rules',
    {
      schema: {
        operationId: 'getApiKeyRules',
        summary: 'Read what holds for keys',
        description: 'Defaults of new keys, and what no key may exceed, as administrators have set them.',
        tags,
        response: { 200: One(ApiKeyRules), ...errors() },
      },
      preHandler: [app.authenticate, app.requirePermission('keys:read')],
    },
    async (request) => ({ data: await service.rules(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/api-keys/current',
    {
      schema: {
        operationId: 'getCurrentApiKey',
        summary: 'Read the key that you call with',
        description: 'For scripts: their own key’s models, limits, budget and spend.',
        tags,
        response: { 200: One(ApiKey), ...errors(404, 'API_KEY_NOT_FOUND') },
      },
      preHandler: [app.authenticate, app.requirePermission('keys:read'), app.requireApiKey],
    },
    async (request) => ({ data: await service.current(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/api-keys/:id',
    {
      schema: {
        operationId: 'getApiKey',
        summary: 'Read one of your keys',
        description: 'Somebody else’s is 404, as one that does not exist. The secret is never shown again.',
        tags,
        params: IdParams,
        response: { 200: One(ApiKey), ...errors(404) },
      },
      preHandler: [app.authenticate, app.requirePermission('keys:read')],
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.patch(
    '/api/v1/api-keys/:id',
    {
      schema: {
        operationId: 'updateApiKey',
        summary: 'Change a key',
        description:
          'What is left out stays; lists are replaced whole. Nothing goes beyond the maxima of the installation, nor beyond what an administrator has set on this key (`adminLimits`). `version` or `If-Match` guards against overwriting. A key without models is disabled.',
        tags,
        params: IdParams,
        body: UpdateApiKey,
        response: {
          200: One(ApiKey),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            'EXPIRY_OUT_OF_RANGE',
            'EXPIRY_REQUIRED',
            'ABOVE_MAXIMUM',
            'ABOVE_ADMIN_LIMIT',
            'METADATA_TOO_LARGE',
            'KEY_LOCKED',
            'NOT_TEAM_MEMBER',
            'TEAM_NOT_FOUND',
            'MODEL_NOT_IN_TEAM',
            'KEY_REVOKED',
            'KEY_WITHOUT_MODELS',
            'MODEL_LIMIT_WITHOUT_MODEL',
            'MODEL_NOT_SUBSCRIBED',
          ),
        },
      },
      config: { audit: 'api_key.updated' },
      preHandler: [app.authenticate, app.requirePermission('keys:update')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/api-keys/:id',
    {
      schema: {
        operationId: 'revokeApiKey',
        summary: 'Revoke a key',
        description:
          'Refused here from now on, on every server within a second; LiteLLM is told until it agrees. The row stays, revoked.',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'Revoked.' }), ...errors(404, 409, 413, 415) },
      },
      config: { audit: 'api_key.revoked' },
      preHandler: [app.authenticate, app.requirePermission('keys:revoke')],
    },
    async (request, reply) => {
      await service.revoke(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )

  routes.post(
    '/api/v1/api-keys/:id/rotate',
    {
      schema: {
        operationId: 'rotateApiKey',
        summary: 'Exchange the secret of a key',
        description:
          'Models, limits, budget and usage stay. The old secret ends at once, or after `overlapSeconds`. `key` is shown in this answer and never again.',
        tags,
        params: IdParams,
        body: RotateApiKey,
        response: { 200: One(ApiKeyWithSecret), ...errors(404, 409, 413, 415, 422, 'KEY_REVOKED') },
      },
      config: { audit: 'api_key.rotated', idempotency: 'optional' },
      preHandler: [app.authenticate, app.requirePermission('keys:update')],
    },
    async (request, reply) => {
      const version = expectedVersion(request, request.body?.version)
      const rotation = { overlapSeconds: request.body?.overlapSeconds ?? 0, version }
      const idempotency = idempotencyOf(request, reply, 200)
      const data = await service.rotate(callerOf(request), request.params.id, rotation, idempotency)
      return reply.header('cache-control', 'no-store').send({ data })
    },
  )
}

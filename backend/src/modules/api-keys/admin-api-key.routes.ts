import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, idempotencyOf, IdParams, One, Page } from '#platform/http'
import {
  AdminApiKey,
  AdminApiKeyListQuery,
  AdminApiKeyWithSecret,
  BulkRevoke,
  BulkRevokeResult,
  CreateAdminApiKey,
  DeleteApiKey,
} from './admin-api-key.schemas.ts'
import type { AdminApiKeyService } from './admin-api-key.service.ts'
import { UpdateApiKey } from './api-key.schemas.ts'

const tags = ['api keys']
const BODY_RULES = [
  'EXPIRY_OUT_OF_RANGE',
  'EXPIRY_REQUIRED',
  'ABOVE_MAXIMUM',
  'METADATA_TOO_LARGE',
  'MODEL_LIMIT_WITHOUT_MODEL',
  'MODEL_NOT_SUBSCRIBED',
  'MODEL_NOT_IN_TEAM',
  'NOT_TEAM_MEMBER',
  'TEAM_NOT_FOUND',
  'SELF_LIMIT',
] as const

/** Keys of other people, for the administrators of the organization. */
export function registerAdminApiKeyRoutes(app: FastifyInstance, service: AdminApiKeyService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const mayRead = [app.authenticate, app.requirePermission('keys:read-all')]
  const mayWrite = [app.authenticate, app.requirePermission('keys:write-all')]

  routes.get(
    '/api/v1/admin/api-keys',
    {
      schema: {
        operationId: 'listAllApiKeys',
        summary: 'List the organization’s keys',
        description: 'Everybody’s, in every state, newest first; `spend` is of the present window.',
        tags,
        querystring: AdminApiKeyListQuery,
        response: { 200: Page(AdminApiKey), ...errors(404) },
      },
      config: { tenant: 'cross' },
      preHandler: mayRead,
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.post(
    '/api/v1/admin/api-keys',
    {
      schema: {
        operationId: 'createApiKeyForUser',
        summary: 'Create a key for a person',
        description:
          'For models that they have active subscriptions to. Limits that are given here bind them: they may narrow and never widen them. `key` is shown in this answer and never again. Never for oneself (403 `SELF_LIMIT`).',
        tags,
        body: CreateAdminApiKey,
        response: {
          201: One(AdminApiKeyWithSecret),
          ...errors(404, 409, 413, 415, 422, ...BODY_RULES, 'USER_NOT_FOUND', 'KEY_LIMIT_REACHED'),
        },
      },
      config: { audit: 'api_key.created', idempotency: 'optional', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 201)
      const data = await service.create(callerOf(request), request.body, idempotency)
      return reply.code(201).header('cache-control', 'no-store').send({ data })
    },
  )

  routes.get(
    '/api/v1/admin/api-keys/:id',
    {
      schema: {
        operationId: 'getAnyApiKey',
        summary: 'Read a key of the organization',
        description: 'The secret is never shown again.',
        tags,
        params: IdParams,
        response: { 200: One(AdminApiKey), ...errors('API_KEY_NOT_FOUND') },
      },
      config: { tenant: 'cross' },
      preHandler: mayRead,
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.patch(
    '/api/v1/admin/api-keys/:id',
    {
      schema: {
        operationId: 'updateAnyApiKey',
        summary: 'Change a key of the organization',
        description:
          'What is left out stays. Limits that are given here bind the owner (`adminLimits`), null frees them again; a key that is disabled here only an administrator enables. The maxima of the installation hold all the same. Never one’s own (403 `SELF_LIMIT`).',
        tags,
        params: IdParams,
        body: UpdateApiKey,
        response: {
          200: One(AdminApiKey),
          ...errors(
            404,
            409,
            413,
            415,
            422,
            ...BODY_RULES,
            'API_KEY_NOT_FOUND',
            'KEY_REVOKED',
            'KEY_WITHOUT_MODELS',
          ),
        },
      },
      config: { audit: 'api_key.updated', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )

  routes.delete(
    '/api/v1/admin/api-keys/:id',
    {
      schema: {
        operationId: 'revokeAnyApiKey',
        summary: 'Revoke a key of the organization',
        description:
          'Refused here from now on, on every server within a second; LiteLLM is told until it agrees. The row stays, revoked; see the deletion for good.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Revoked.' }),
          ...errors('API_KEY_NOT_FOUND', 409, 413, 415),
        },
      },
      config: { audit: 'api_key.revoked', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      await service.revoke(callerOf(request), request.params.id, expectedVersion(request))
      return reply.code(204).send(null)
    },
  )

  routes.post(
    '/api/v1/admin/api-keys/:id/delete',
    {
      schema: {
        operationId: 'deleteApiKey',
        summary: 'Delete a revoked key for good',
        description:
          'What was used with it stays attributed to the person, the team and the key’s id and last name. Only a revoked key whose calls are all booked.',
        tags,
        params: IdParams,
        body: DeleteApiKey,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...errors('API_KEY_NOT_FOUND', 'KEY_NOT_REVOKED', 'KEY_IN_USE', 413, 415),
        },
      },
      config: { audit: 'api_key.deleted', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      await service.remove(callerOf(request), request.params.id, request.body.reason)
      return reply.code(204).send(null)
    },
  )

  routes.post(
    '/api/v1/admin/api-keys/bulk-revoke',
    {
      schema: {
        operationId: 'revokeManyApiKeys',
        summary: 'Revoke many keys',
        description: 'All at once, each with its own result and its own record.',
        tags,
        body: BulkRevoke,
        response: { 200: One(BulkRevokeResult), ...errors(409, 413, 415, 422) },
      },
      config: { audit: 'api_key.revoked', idempotency: 'required', tenant: 'cross' },
      preHandler: mayWrite,
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request, reply, 200)
      return { data: await service.revokeMany(callerOf(request), request.body, idempotency) }
    },
  )
}

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, CursorPage, errors, expectedVersion, IdParams, One, Page } from '#platform/http'
import {
  UpdateUser,
  User,
  UserActivity,
  UserActivityQuery,
  UserDetail,
  UserListQuery,
} from './user.schemas.ts'
import type { UserService } from './user.service.ts'

const tags = ['users']

/** People, for those who administrate them. */
export function registerUserRoutes(app: FastifyInstance, service: UserService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const config = { tenant: 'cross' as const }

  routes.get(
    '/api/v1/admin/users',
    {
      schema: {
        operationId: 'listUsers',
        summary: 'List people',
        description:
          'The people of the organization with their keys, subscriptions and this month’s spend; with `scope=platform` everybody of the installation. Their keys and subscriptions themselves are in the lists of keys and subscriptions, by `userId`.',
        tags,
        querystring: UserListQuery,
        response: { 200: Page(User), ...errors(404) },
      },
      config,
      preHandler: [app.authenticate, app.requirePermission('users:read')],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/admin/users/:id',
    {
      schema: {
        operationId: 'getUser',
        summary: 'Read all about a person',
        description:
          'Profile, roles and where they come from, memberships with limits, teams, budgets and measured spend, in the organization or, with `scope=platform`, everywhere.',
        tags,
        params: IdParams,
        response: { 200: One(UserDetail), ...errors(404) },
      },
      config,
      preHandler: [app.authenticate, app.requirePermission('users:read')],
    },
    async (request) => ({ data: await service.get(callerOf(request), request.params.id) }),
  )

  routes.get(
    '/api/v1/admin/users/:id/activity',
    {
      schema: {
        operationId: 'listUserActivity',
        summary: 'What a person did',
        description:
          'Newest first: what stands in the trail by the person and about them, and their model calls. What belongs to no organization, such as sign-ins, shows with `scope=platform`.',
        tags,
        params: IdParams,
        querystring: UserActivityQuery,
        response: { 200: CursorPage(UserActivity), ...errors(404) },
      },
      config,
      preHandler: [app.authenticate, app.requirePermission('users:read')],
    },
    (request) => service.activity(callerOf(request), request.params.id, request.query),
  )

  routes.patch(
    '/api/v1/admin/users/:id',
    {
      schema: {
        operationId: 'updateUser',
        summary: 'Change, disable or enable a person',
        description:
          'Platform administrators only, for the whole installation. A disabled person’s sessions, tokens and keys end within a second, and LiteLLM is told. Roles come from the identity provider and from memberships, not from here. Nobody changes their own status (403 `SELF_STATUS`); the last administrator stays (409 `LAST_ADMIN`).',
        tags,
        params: IdParams,
        body: UpdateUser,
        response: {
          200: One(UserDetail),
          ...errors(404, 409, 413, 415, 'USER_NOT_FOUND', 'SELF_STATUS', 'LAST_ADMIN', 'USER_DEPARTED'),
        },
      },
      config: { tenant: 'none', audit: 'user.updated' },
      preHandler: [app.authenticate, app.requireRole('admin')],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.params.id, request.body, version) }
    },
  )
}

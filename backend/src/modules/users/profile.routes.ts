import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, expectedVersion, One } from '#platform/http'
import { Profile, UpdateProfile } from './profile.schemas.ts'
import type { ProfileService } from './profile.service.ts'

const tags = ['me']

/** What people see and change of themselves. */
export function registerProfileRoutes(app: FastifyInstance, service: ProfileService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  routes.get(
    '/api/v1/me',
    {
      schema: {
        operationId: 'getProfile',
        summary: 'Read my profile',
        description:
          'Name, language, theme, roles and memberships of whoever is signed in, and their limits.',
        tags,
        response: { 200: One(Profile), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: await service.get(callerOf(request)) }),
  )

  routes.patch(
    '/api/v1/me',
    {
      schema: {
        operationId: 'updateProfile',
        summary: 'Change my profile',
        description:
          'Display name, language and theme; everything else comes from the identity provider. Read-only administrators may, too: it is their own.',
        tags,
        body: UpdateProfile,
        response: { 200: One(Profile), ...errors(409, 413, 415) },
      },
      config: { tenant: 'none', audit: 'user.updated' },
      preHandler: [app.authenticate],
    },
    async (request) => {
      const version = expectedVersion(request, request.body.version)
      return { data: await service.update(callerOf(request), request.body, version) }
    },
  )
}

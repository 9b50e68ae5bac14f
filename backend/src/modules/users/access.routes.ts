import { Type } from '@sinclair/typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, One, RefTo, strictObject } from '#platform/http'
import { answerFor, listPermissions, listRoles, ownPermissions } from './access.ts'
import {
  AccessAnswer,
  AccessQuery,
  OwnPermissions,
  PermissionDescription,
  permissionNames,
  Role,
} from './access.schemas.ts'

const tags = ['access']

/** Who may do what: the tables that the doors decide by, for people and consoles to read. */
export function registerAccessRoutes(app: FastifyInstance): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const config = { tenant: 'none' as const }
  const preHandler = [app.authenticate]

  routes.get(
    '/api/v1/me/permissions',
    {
      schema: {
        operationId: 'listMyPermissions',
        summary: 'What may I do?',
        description: 'The caller’s roles and every permission that they have in the current organization.',
        tags,
        response: { 200: One(OwnPermissions), ...errors() },
      },
      config,
      preHandler,
    },
    (request) => ({ data: ownPermissions(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/access/roles',
    {
      schema: {
        operationId: 'listRoles',
        summary: 'List the roles',
        description:
          'Every role on the platform and in organizations, with its permissions. Anybody may read it.',
        tags,
        response: { 200: strictObject({ data: Type.Array(RefTo(Role)) }), ...errors() },
      },
      config,
      preHandler,
    },
    () => ({ data: listRoles() }),
  )

  routes.get(
    '/api/v1/access/permissions',
    {
      schema: {
        operationId: 'listPermissions',
        summary: 'List the permissions',
        description: 'Every permission with the roles that have it. Anybody may read it.',
        tags,
        response: { 200: strictObject({ data: Type.Array(RefTo(PermissionDescription)) }), ...errors() },
      },
      config,
      preHandler,
    },
    () => ({ data: listPermissions() }),
  )

  routes.get(
    '/api/v1/access/check',
    {
      schema: {
        operationId: 'checkPermissions',
        summary: 'May I do this?',
        description:
          'Answers for one or many permissions whether the caller has them now, in the current organization. Rules about single rows (nobody approves their own request) are not permissions.',
        tags,
        querystring: AccessQuery,
        response: { 200: One(AccessAnswer), ...errors() },
      },
      config,
      preHandler,
    },
    (request) => ({ data: answerFor(callerOf(request), request.query.permission ?? permissionNames) }),
  )
}

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { callerOf, errors, IdParams, One, Page } from '#platform/http'
import type { SessionService } from './session.service.ts'
import {
  AccessToken,
  EndSessionsQuery,
  Me,
  NoContent,
  OrganizationChoice,
  Session,
  SessionListQuery,
} from './sign-in.schemas.ts'

/** What signed-in people do with their own sessions. */
export function registerSessionRoutes(app: FastifyInstance, service: SessionService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const tags = ['sign-in']
  const { SIGN_IN_RATE_LIMIT, REQUEST_RATE_LIMIT } = app.config
  const ended = (reply: FastifyReply) => {
    void reply.clearCookie(app.sessionCookie.name, app.sessionCookie.flags)
  }

  routes.post(
    '/api/auth/token',
    {
      schema: {
        operationId: 'createToken',
        summary: 'Mint a short-lived token',
        description:
          'For Swagger UI and scripts: valid for ten minutes, in the current organization, and never longer than the session.',
        tags,
        response: { 200: One(AccessToken), ...errors(413, 415) },
      },
      config: {
        tenant: 'none',
        // Guessing is what the low limit is for; somebody who is known is counted like anywhere else.
        rateLimit: {
          max: (request) => (request.caller ? REQUEST_RATE_LIMIT : SIGN_IN_RATE_LIMIT),
          timeWindow: 60_000,
        },
      },
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: service.mintToken(callerOf(request)) }),
  )

  routes.get(
    '/api/auth/me',
    {
      schema: {
        operationId: 'getMe',
        summary: 'Who am I?',
        description: 'The person, their roles and permissions, the current organization and all memberships.',
        tags,
        response: { 200: One(Me), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    async (request) => ({ data: await service.me(callerOf(request)) }),
  )

  routes.post(
    '/api/auth/logout',
    {
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        description: 'Ends the session and every token made from it, at once.',
        tags,
        response: { 204: NoContent('Signed out.'), ...errors(404, 413, 415, 'SESSION_NOT_FOUND') },
      },
      config: { tenant: 'none', audit: 'session.ended' },
      preHandler: [app.authenticate],
    },
    async (request, reply) => {
      await service.logout(callerOf(request))
      ended(reply)
      return reply.code(204).send(null)
    },
  )

  routes.put(
    '/api/auth/organization',
    {
      schema: {
        operationId: 'switchOrganization',
        summary: 'Work in another organization',
        description:
          'Changes the session’s current organization. A token keeps the organization that it was made for.',
        tags,
        body: OrganizationChoice,
        response: { 200: One(Me), ...errors(404, 413, 415) },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    async (request) => ({
      data: await service.switchOrganization(callerOf(request), request.body.organizationId),
    }),
  )

  routes.get(
    '/api/auth/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary: 'List my sessions',
        description: 'The browsers that are signed in as the caller, last used first.',
        tags,
        querystring: SessionListQuery,
        response: { 200: Page(Session), ...errors() },
      },
      config: { tenant: 'none' },
      preHandler: [app.authenticate],
    },
    (request) => service.list(callerOf(request), request.query),
  )

  routes.delete(
    '/api/auth/sessions/:id',
    {
      schema: {
        operationId: 'endSession',
        summary: 'End one of my sessions',
        tags,
        description: 'Signs that browser out at once.',
        params: IdParams,
        response: { 204: NoContent('Ended.'), ...errors(404, 413, 415) },
      },
      config: { tenant: 'none', audit: 'session.ended' },
      preHandler: [app.authenticate],
    },
    async (request, reply) => {
      const caller = callerOf(request)
      await service.end(caller, request.params.id)
      if (request.params.id === caller.credentialId) ended(reply)
      return reply.code(204).send(null)
    },
  )

  routes.delete(
    '/api/auth/sessions',
    {
      schema: {
        operationId: 'endOtherSessions',
        summary: 'End all my other sessions',
        tags,
        description: 'Signs every browser out but this one; with `includeCurrent` this one, too.',
        querystring: EndSessionsQuery,
        response: { 204: NoContent('Ended.'), ...errors(413, 415) },
      },
      config: { tenant: 'none', audit: 'session.ended' },
      preHandler: [app.authenticate],
    },
    async (request, reply) => {
      const { includeCurrent = false } = request.query
      await service.endMany(callerOf(request), { includeCurrent })
      if (includeCurrent) ended(reply)
      return reply.code(204).send(null)
    },
  )
}

import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { hasRole, type Permission } from '#identity'
import { ApplicationError } from '#platform/errors'
import {
  accessHandler,
  asHook,
  callerOf,
  checkOf,
  declaredAccess,
  ruleOf,
  type AccessHandler,
  type AccessRule,
} from '#platform/http'
import type { Caller, PlatformRole } from '#platform/services'
import { crossing, describeAcross } from './rbac/across.ts'

/** One line of the access table: a route, and every statement that it makes about who may call it. */
export interface RouteAccess {
  readonly method: string
  readonly url: string
  readonly operationId: string | undefined
  readonly rules: readonly AccessRule[]
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Anybody whom a door has identified. */
    readonly authenticate: AccessHandler
    readonly requireRole: (role: PlatformRole) => AccessHandler
    readonly requirePermission: (permission: Permission) => AccessHandler
    /** Also with an API key; without this a key is refused. */
    readonly acceptApiKey: AccessHandler
    /** Only with an API key. */
    readonly requireApiKey: AccessHandler
    readonly allowPublic: AccessHandler
    readonly accessTable: readonly RouteAccess[]
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Where a read-only administrator may write all the same: their own session, language and notifications. */
const OWN_AFFAIRS = ['/api/auth/', '/api/v1/me/']
/** Documentation pages are made by a plugin that cannot declare access; they are public or not registered at all. */
const DOCUMENTATION = '/docs'

function refuseKeyInQuery(request: FastifyRequest): void {
  if (
    /[?&][^=]*=(sk-|lms_)/i.test(request.url) ||
    /[?&](api_?key|access_token|client_secret)=/i.test(request.url)
  )
    throw ApplicationError.validation(
      'A key never belongs in a URL; send it in the Authorization header, and rotate this one.',
      'query',
    )
}

function requireAuthenticated(request: FastifyRequest): Caller {
  if (request.identificationError !== null) throw request.identificationError
  return callerOf(request)
}

/**
 * Turns a route's declaration into its guard. The declaration stands in `preHandler`; the same check already runs at
 * `preParsing`, after the limiter counted and before any body is read. A route without a declaration stops the boot.
 */
export const rbac = fp(
  async (app) => {
    const table: RouteAccess[] = []
    app.decorate('accessTable', table)
    app.decorate(
      'allowPublic',
      accessHandler({ kind: 'public' }, () => undefined),
    )
    app.decorate(
      'authenticate',
      accessHandler({ kind: 'authenticated' }, (request) => void requireAuthenticated(request)),
    )
    app.decorate('requireRole', (role: PlatformRole) =>
      accessHandler({ kind: 'role', role }, (request) => {
        const caller = requireAuthenticated(request)
        if (caller.kind === 'serviceClient') throw ApplicationError.forbidden('Only a person can do this.')
        if (!hasRole(caller.platformRole, role))
          throw ApplicationError.forbidden('Your role does not allow this.', role)
      }),
    )
    app.decorate('requirePermission', (permission: Permission) =>
      accessHandler({ kind: 'permission', permission }, (request) => {
        const caller = requireAuthenticated(request)
        if (!caller.permissions.has(permission)) throw withoutPermission(caller, permission)
      }),
    )
    app.decorate(
      'acceptApiKey',
      accessHandler({ kind: 'acceptsApiKey' }, () => undefined),
    )
    app.decorate(
      'requireApiKey',
      accessHandler({ kind: 'onlyApiKey' }, (request) => {
        if (requireAuthenticated(request).kind !== 'apiKey')
          throw ApplicationError.unauthorized('Send an API key.')
      }),
    )
    app.addHook('onRoute', (route) => guard(app, table, route))
  },
  { name: 'rbac', dependencies: ['auth', 'session'] },
)

function withoutPermission(caller: Caller, permission: Permission): ApplicationError {
  if (caller.organizationId === null)
    return ApplicationError.forbidden('You do not belong to an organization.', undefined, 'NO_ORGANIZATION')
  return new ApplicationError('FORBIDDEN', 'You may not do this.', {
    details: { requiredPermission: permission },
  })
}

function guard(
  app: FastifyInstance,
  table: RouteAccess[],
  route: RouteOptions & { routePath: string; path: string },
): void {
  const isDocumentation = route.url === DOCUMENTATION || route.url.startsWith(`${DOCUMENTATION}/`)
  const handlers = isDocumentation ? [app.allowPublic] : declaredAccess(route)
  if (handlers.length === 0)
    throw new Error(`the route ${String(route.method)} ${route.url} does not declare who may call it`)
  const rules = handlers.map(ruleOf)
  const isPublic = rules.some((rule) => rule.kind === 'public')
  if (isPublic && rules.length > 1)
    throw new Error(`the route ${route.url} is declared public and guarded at once`)
  const acceptsKey = rules.some((rule) => rule.kind === 'acceptsApiKey' || rule.kind === 'onlyApiKey')
  const methods = [route.method].flat()
  const isReadOnlyForAuditors = !OWN_AFFAIRS.some((prefix) => `${route.url}/`.startsWith(prefix))

  for (const method of methods)
    table.push({ method, url: route.url, operationId: route.schema?.operationId, rules })
  const checks = handlers.map(checkOf)
  const check = (request: FastifyRequest): void => {
    refuseKeyInQuery(request)
    if (isPublic) return
    const caller = requireAuthenticated(request)
    if (caller.kind === 'apiKey' && !acceptsKey)
      throw ApplicationError.forbidden('An API key cannot be used here.')
    if (
      !SAFE.has(request.method) &&
      isReadOnlyForAuditors &&
      caller.kind === 'person' &&
      caller.platformRole === 'adminReadonly'
    )
      throw ApplicationError.forbidden('A read-only administrator changes nothing.', 'admin')
    for (const one of checks) one(request)
  }
  if (route.config?.tenant === 'cross') {
    const options = describeAcross(route)
    route.preHandler = [...[route.preHandler ?? []].flat(), crossing(app, options)]
  }
  const earlier = [route.preParsing ?? []].flat()
  const hook = asHook(check)
  route.preParsing = [(request, reply, _payload, done) => hook(request, reply, done), ...earlier]
}

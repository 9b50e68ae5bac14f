import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler, RouteOptions } from 'fastify'
import { permissionsOf } from '#identity'
import { PLATFORM_ORGANIZATION_ID, recordAudit } from '#platform/audit'
import { sql } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { callerOf, strictObject, StringEnum, Uuid } from '#platform/http'
import type { Caller } from '#platform/services'

const inOneOrganization = {
  organizationId: Type.Optional(
    Uuid('Platform administrators: work in this organization instead of your own. Recorded.'),
  ),
  reason: Type.Optional(
    Type.String({
      minLength: 3,
      maxLength: 500,
      pattern: '^[^\\u0000]*\\S[^\\u0000]*$',
      description: 'Why you work in another organization; needed where something is changed.',
    }),
  ),
}
const inAll = {
  scope: Type.Optional(
    StringEnum(['platform'], 'Platform administrators: look at all organizations at once. Recorded.'),
  ),
}

type Across = { organizationId?: string; reason?: string; scope?: 'platform' }

/** Whether the route reads `reason` itself. */
export interface CrossingOptions {
  readonly keepsReason: boolean
}

/** Adds the parameters by which platform administrators cross organizations to a route's schema. */
export function describeAcross(route: RouteOptions): CrossingOptions {
  const known = (route.schema?.querystring ?? strictObject({})) as ReturnType<typeof strictObject>
  const isRead = route.method === 'GET'
  const keepsReason = 'reason' in known.properties
  route.schema = {
    ...route.schema,
    // A route may demand a reason of its own, which is then the reason for crossing, too.
    querystring: strictObject({ ...inOneOrganization, ...(isRead ? inAll : {}), ...known.properties }),
  }
  return { keepsReason }
}

/**
 * The explicit act of crossing organizations: recorded before anything is read or changed, and only then the caller works
 * there. In one organization row-level security still guards; across all of them only reading is possible.
 */
export function crossing(app: FastifyInstance, { keepsReason }: CrossingOptions): preHandlerAsyncHookHandler {
  return async (request) => {
    const query = request.query as Across
    const { reason, scope } = query
    // As the database writes it: locks and comparisons name organizations as text.
    const organizationId = query.organizationId?.toLowerCase()
    // What the service gets are its own filters.
    delete query.organizationId
    if (!keepsReason) delete query.reason
    delete query.scope
    const caller = callerOf(request)
    if (organizationId === undefined && scope === undefined) return
    if (organizationId === caller.organizationId) return
    if (organizationId !== undefined && scope !== undefined)
      throw ApplicationError.validation('Give either organizationId or scope=platform.', 'scope')
    if (caller.kind !== 'person' || caller.platformRole === 'user')
      throw ApplicationError.forbidden('Only platform administrators cross organizations.', 'adminReadonly')
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && reason === undefined)
      throw ApplicationError.validation('Say why you change something in another organization.', 'reason')
    request.caller = await entered(app, caller, request, organizationId, reason)
  }
}

async function entered(
  app: FastifyInstance,
  caller: Caller,
  request: FastifyRequest,
  organizationId: string | undefined,
  reason: string | undefined,
): Promise<Caller> {
  const there: Caller = {
    ...caller,
    organizationId: organizationId ?? PLATFORM_ORGANIZATION_ID,
    organizationRole: null,
    permissions: permissionsOf(caller.platformRole, null),
    reach: organizationId === undefined ? 'platform' : 'organization',
  }
  await app.database.transaction(there, async (tx) => {
    const exists =
      organizationId !== PLATFORM_ORGANIZATION_ID &&
      (await tx.run(sql`select from organizations where id = ${there.organizationId}`)) > 0
    if (!exists) throw ApplicationError.notFound('organization', organizationId, 'organizationId')
    await recordAudit(tx, there, {
      category: 'access',
      action: organizationId === undefined ? 'platform.entered' : 'organization.entered',
      resourceType: 'operation',
      resourceId: String(request.routeOptions.schema?.operationId ?? request.routeOptions.url),
      after: { params: request.params, filters: request.query },
      reason,
    })
  })
  return there
}

import type { RouteOptions } from 'fastify'
import { machineScopeFor, permissionsOf, type Permission } from '#identity'
import { declaredAccess, ruleOf, type AccessRule } from '#platform/http'
import type { OrganizationRole } from '#platform/services'

type Security = Array<Record<string, string[]>>

/** Which credentials open a route, in the words of the document and of `x-auth`. */
export function doorsOf(rules: readonly AccessRule[]): { auth: string; security: Security } {
  if (rules.some((rule) => rule.kind === 'public')) return { auth: 'public', security: [] }
  if (rules.some((rule) => rule.kind === 'onlyApiKey')) return { auth: 'key', security: [{ apiKey: [] }] }
  const scopes = scopesOf(rules)
  const people: Security = [
    { session: [] },
    { token: [] },
    ...(scopes.length === 0 ? [] : [{ serviceClient: scopes }]),
  ]
  if (rules.some((rule) => rule.kind === 'acceptsApiKey'))
    return { auth: 'session, key', security: [...people, { apiKey: [] }] }
  return { auth: 'session', security: people }
}

/** What a machine's token must name; none where machines cannot enter. */
function scopesOf(rules: readonly AccessRule[]): string[] {
  if (rules.some((rule) => rule.kind === 'role')) return []
  const needed = rules.flatMap((rule) =>
    rule.kind === 'permission' ? [machineScopeFor(rule.permission)] : [],
  )
  return needed.every((scope) => scope !== undefined) ? needed : []
}

const organizationRoles: ReadonlyArray<readonly [OrganizationRole, string]> = [
  ['viewer', 'viewers'],
  ['member', 'members'],
  ['manager', 'managers'],
  ['admin', 'administrators'],
]

/** The roles that a permission comes with; read from the same table as the check itself. */
function holdersOf(permission: Permission): string {
  const roles = organizationRoles
    .filter(([role]) => permissionsOf('user', role).has(permission))
    .map(([, name]) => name)
  const inOrganization =
    roles.length === organizationRoles.length
      ? 'everybody in the organization'
      : roles.length === 0
        ? undefined
        : `${roles.join(', ').replace(/, ([^,]+)$/, ' and $1')} of the organization`
  const ofPlatform = permissionsOf('adminReadonly', null).has(permission)
    ? 'platform administrators, also read-only ones'
    : 'platform administrators'
  return [inOrganization, ofPlatform].filter((one) => one !== undefined).join('; ')
}

const ofRole = {
  admin: 'platform administrators',
  adminReadonly: 'platform administrators, also read-only ones',
  user: 'everybody with a platform role',
} as const

function whoMay(rules: readonly AccessRule[]): string {
  if (rules.some((rule) => rule.kind === 'public')) return 'everybody, also without signing in'
  const parts = rules.flatMap((rule) => {
    if (rule.kind === 'role') return [ofRole[rule.role]]
    if (rule.kind === 'permission')
      return [`\`${rule.permission}\`: ${holdersOf(rule.permission as Permission)}`]
    return []
  })
  if (rules.some((rule) => rule.kind === 'onlyApiKey')) return 'API keys, and nothing else'
  const named = parts.length === 0 ? 'everybody who is signed in' : parts.join('; ')
  const scopes = scopesOf(rules).map((scope) => `\`${scope}\``)
  const people = scopes.length === 0 ? named : `${named}; service clients with ${scopes.join(' and ')}`
  return rules.some((rule) => rule.kind === 'acceptsApiKey')
    ? `${people}; API keys, for what is theirs`
    : people
}

function limitOf(route: RouteOptions): string {
  if (route.url.startsWith('/v1/')) return 'the key’s own requests and tokens per minute'
  if (route.url.startsWith('/health/')) return 'none'
  return route.config?.rateLimit === undefined
    ? 'the caller’s general limit of requests per minute'
    : 'one of its own, tighter than the general one'
}

const idempotencyText = {
  optional: '`Idempotency-Key` is honoured',
  required: '`Idempotency-Key` is required',
} as const

/** What the code knows about a route besides its shape, as Markdown to stand below its description. */
export function factsOf(route: RouteOptions): string {
  const { audit, idempotency = 'none', tenant } = route.config ?? {}
  return [
    `- **Who may:** ${whoMay(declaredAccess(route).map(ruleOf))}.`,
    ...(tenant === 'cross'
      ? ['- **Elsewhere:** platform administrators name another organization; each time is recorded.']
      : []),
    `- **Limit:** ${limitOf(route)}.`,
    ...(idempotency === 'none' ? [] : [`- **Repetition:** ${idempotencyText[idempotency]}.`]),
    ...(audit === undefined ? [] : [`- **Audit:** \`${audit}\`.`]),
  ].join('\n')
}

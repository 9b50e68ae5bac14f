import type { RouteOptions } from 'fastify'
import { errorKind } from '#platform/errors'
import { declaredAccess, ruleOf } from '#platform/http'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** What every operation can meet, whatever it does. */
const ALWAYS = [
  'VALIDATION_ERROR',
  'RATE_LIMITED',
  'INTERNAL',
  'DATABASE_UNAVAILABLE',
  'OVERLOADED',
  'UNAVAILABLE',
]
/** The last two: who comes with a good token, but from an address or an organization that is not theirs. */
const GUARDED = ['UNAUTHORIZED', 'FORBIDDEN', 'ADDRESS_NOT_ALLOWED', 'NO_ORGANIZATION']
const WITH_BODY = ['MALFORMED_BODY', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']
/** What a status means where an operation does not say more. */
const GENERAL: Readonly<Record<number, string>> = {
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'UNPROCESSABLE',
  502: 'UPSTREAM_ERROR',
}

type Json = Readonly<Record<string, unknown>>

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})

/** Names of all properties at any depth. */
function propertyNames(schema: unknown): string[] {
  return Object.entries(asJson(schema)).flatMap(([key, inner]) =>
    key === 'properties'
      ? [...Object.keys(asJson(inner)), ...Object.values(asJson(inner)).flatMap(propertyNames)]
      : Array.isArray(inner)
        ? inner.flatMap(propertyNames)
        : propertyNames(inner),
  )
}

const codeOfNoun = (noun: string): string =>
  `${noun
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .replace(/ies$/i, 'y')
    .replace(/s$/i, '')
    .toUpperCase()}_NOT_FOUND`

/** The codes of what the path and the body name by id: `/api-keys/:id`, `modelIds`. */
function missingThings(route: RouteOptions): string[] {
  const segments = route.url.split('/')
  const inPath = segments.flatMap((segment, index) =>
    segment.startsWith(':') ? [segments[index - 1] ?? '', segment.slice(1).replace(/Id$/, '')] : [],
  )
  const inBody = propertyNames(route.schema?.body).flatMap((name) => {
    const noun = /^(.+)Ids?$/.exec(name)?.[1]
    return noun === undefined ? [] : [noun]
  })
  const known = [...inPath, ...inBody].map(codeOfNoun).filter((code) => errorKind(code)?.statusCode === 404)
  return [...new Set(known)]
}

/** Codes that routes add with `errors('SELF_APPROVAL')`, or explain in their description: 403 `SELF_APPROVAL`. */
function declaredCodes(route: RouteOptions): string[] {
  const explained = [...(route.schema?.description ?? '').matchAll(/`([A-Z][A-Z_]+)`/g)]
    .map((match) => match[1] ?? '')
    .filter((code) => errorKind(code) !== undefined)
  const listed = Object.values(asJson(route.schema?.response)).flatMap((response) => {
    const codes = asJson(response)['x-codes']
    return Array.isArray(codes) ? codes.map(String) : []
  })
  return [...explained, ...listed]
}

/** What follows from a route's access and configuration. */
function impliedCodes(route: RouteOptions): string[] {
  // Probes are not counted, and say themselves what is away.
  if (route.url.startsWith('/health/')) return ['VALIDATION_ERROR']
  const rules = declaredAccess(route).map(ruleOf)
  const methods = [route.method].flat()
  const isUnsafe = !methods.every((method) => SAFE.has(method))
  const isPublic = rules.some((rule) => rule.kind === 'public')
  const onlyKeys = rules.some((rule) => rule.kind === 'onlyApiKey')
  const config = route.config ?? {}
  // One thing that can be in the way of a write is another one: `If-Match` is honoured wherever 409 is documented.
  const canBeStale =
    isUnsafe && route.url.includes(':') && asJson(route.schema?.response)['409'] !== undefined
  const needsOrganization =
    rules.some((rule) => rule.kind === 'permission') ||
    (!isPublic && config.tenant !== 'none' && route.url.startsWith('/api/v1/'))
  const hasVersion =
    canBeStale || methods.includes('PATCH') || propertyNames(route.schema?.body).includes('version')
  const isIdempotent = (config.idempotency ?? 'none') !== 'none'
  return [
    ...ALWAYS,
    ...(isPublic ? [] : GUARDED),
    ...(needsOrganization ? ['NO_ORGANIZATION'] : []),
    ...(isUnsafe && !onlyKeys ? ['CSRF'] : []),
    ...(isUnsafe ? WITH_BODY : []),
    ...(hasVersion ? ['VERSION_CONFLICT'] : []),
    ...(isIdempotent ? ['IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_MISMATCH'] : []),
    ...(config.tenant === 'cross' ? ['ORGANIZATION_NOT_FOUND'] : []),
  ]
}

/** Every code that a route can answer, by status: what follows from its declaration, and what it declares itself. */
export function errorCodesOf(route: RouteOptions): ReadonlyMap<number, readonly string[]> {
  const declared = declaredCodes(route)
  const statusOf = (code: string) => errorKind(code)?.statusCode ?? 500
  const all = [...impliedCodes(route), ...declared]
  const documented = Object.keys(asJson(route.schema?.response))
    .map(Number)
    .filter((status) => status >= 400)
  if (documented.includes(404)) all.push(...missingThings(route))
  const byStatus = Map.groupBy(new Set(all), statusOf)
  for (const status of documented) {
    const general = GENERAL[status]
    if (general !== undefined && !byStatus.has(status)) byStatus.set(status, [general])
  }
  return byStatus
}

/** Examples that a route brings itself, by status; see `x-examples`. */
export function examplesOf(route: RouteOptions): ReadonlyMap<string, Json> {
  return new Map(
    Object.entries(asJson(route.schema?.response)).flatMap(([status, response]) => {
      const examples = asJson(response)['x-examples']
      return examples === undefined ? [] : [[status, asJson(examples)] as const]
    }),
  )
}

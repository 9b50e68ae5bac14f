import { Type, type Static } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const OrganizationRole = Type.Union([
  Type.Literal('admin'),
  Type.Literal('manager'),
  Type.Literal('member'),
  Type.Literal('viewer'),
])
const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' })
/** Signatures that only the issuer can make. A shared secret is no such thing. */
const Algorithm = Type.Union(
  ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'].map((name) =>
    Type.Literal(name),
  ),
)

const OutsideIssuerSchema = Type.Object(
  {
    issuer: Type.String({ minLength: 1, description: 'Exactly what stands in `iss`.' }),
    jwksUrl: Type.String({ minLength: 1, description: 'Where its keys are; https unless loopback.' }),
    audience: Type.String({ minLength: 1, description: 'What `aud` must be or hold.' }),
    algorithms: Type.Optional(Type.Array(Algorithm, { minItems: 1 })),
    typ: Type.Optional(
      Type.String({ minLength: 1, description: 'Demanded `typ`; by default any of JWT, at+jwt, none.' }),
    ),
    maxAgeSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400, description: 'How long after `iat` a token is accepted.' }),
    ),
    organizationId: Type.Optional(Uuid),
    organizations: Type.Optional(
      Type.Record(Type.String(), Uuid, { description: '`org_id` -> organization.' }),
    ),
    provision: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('member')])),
    roles: Type.Optional(
      Type.Record(Type.String(), OrganizationRole, {
        description: '`role` -> role here, beside the usual names.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** An issuer whose tokens open this door, as configured. */
export type OutsideIssuer = Static<typeof OutsideIssuerSchema>

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Reads `EXTERNAL_ISSUERS`; throws an Error with one sentence. `ownIssuers` may not be named: their people come by another door. */
export function readOutsideIssuers(text: string, ownIssuers: readonly string[]): OutsideIssuer[] {
  const issuers = parse(text)
  const seen = new Set(ownIssuers)
  for (const { issuer, jwksUrl, organizationId, organizations } of issuers) {
    if (seen.has(issuer)) throw new Error(`EXTERNAL_ISSUERS: ${issuer} is our own provider, or stands twice`)
    seen.add(issuer)
    if (!URL.canParse(jwksUrl)) throw new Error(`EXTERNAL_ISSUERS: the jwksUrl of ${issuer} is not a URL`)
    const { protocol, hostname } = new URL(jwksUrl)
    if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname)))
      throw new Error(
        `EXTERNAL_ISSUERS: the jwksUrl of ${issuer} must use https unless its host is a loopback address`,
      )
    if ((organizationId === undefined) === (organizations === undefined))
      throw new Error(`EXTERNAL_ISSUERS: ${issuer} needs either organizationId or organizations`)
  }
  return issuers
}

function parse(text: string): OutsideIssuer[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('EXTERNAL_ISSUERS is not valid JSON')
  }
  const schema = Type.Array(OutsideIssuerSchema)
  if (Value.Check(schema, value)) return value
  const first = Value.Errors(schema, value).First()
  throw new Error(
    `EXTERNAL_ISSUERS: ${first?.path ?? ''} is wrong (${first?.message ?? 'not a list of issuers'})`,
  )
}

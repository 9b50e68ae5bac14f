import { Type, type Static } from '@sinclair/typebox'
import { machinePermissions } from '#identity'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const MAX_ADDRESSES = 50
const LONGEST_TTL_SECONDS = 900

const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000]*\\S[^\\u0000]*$',
  description: 'For people; need not be unique.',
})
const Description = Type.String({ maxLength: 1000, pattern: '^[^\\u0000]*$', description: 'What it is for.' })
const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })
const Scope = StringEnum(machinePermissions, 'A permission that a machine may have.')
const Scopes = Type.Array(Scope, {
  minItems: 1,
  maxItems: machinePermissions.length,
  uniqueItems: true,
  description: 'What its tokens may do at most.',
})
const AllowedIps = Nullable(Type.Array(Type.String({ maxLength: 50 }), { maxItems: MAX_ADDRESSES }), {
  description:
    'Addresses and CIDR blocks, IPv4 or IPv6, from which it gets and uses tokens. Null: from everywhere; empty: from nowhere.',
})
const TokenTtl = Type.Integer({
  minimum: 60,
  maximum: LONGEST_TTL_SECONDS,
  description: 'How long a token is good, in seconds. No token outlives the secret that made it.',
})
const Status = StringEnum(
  ['active', 'disabled'],
  'A disabled client gets no tokens, and those that it has end.',
)
const SecretExpiry = Nullable(Timestamp(), { description: 'When the secret ends; null: when it is removed.' })

const secretFacts = {
  id: Uuid(),
  hint: Type.String({ maxLength: 40, description: 'Enough to recognise the secret by.' }),
  isExpired: Type.Boolean(),
  expiresAt: SecretExpiry,
  lastUsedAt: Nullable(Timestamp(), { description: 'When a token was last made with it; seconds late.' }),
  useCount: Type.Integer({ minimum: 0, description: 'Tokens that were made with it.' }),
  createdAt: Timestamp(),
}

const facts = {
  id: Uuid(),
  organizationId: Uuid('It works here and nowhere else.'),
  clientId: Type.String({ maxLength: 100, description: 'What the machine calls itself: `client_id`.' }),
  name: Name,
  description: Description,
  scopes: Type.Array(Type.String({ maxLength: 100 })),
  allowedIps: AllowedIps,
  tokenTtlSeconds: TokenTtl,
  status: Status,
  lastUsedAt: Nullable(Timestamp(), { description: 'When it last got or used a token; seconds late.' }),
  createdBy: Nullable(Uuid()),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  version: Version,
  secrets: Type.Array(strictObject(secretFacts), {
    description: 'Oldest first; at most two are valid.',
  }),
}

export const ServiceClient = strictObject(facts, {
  $id: 'ServiceClient',
  description: 'A machine with rights of its own in one organization.',
})
export type ServiceClient = Static<typeof ServiceClient>

const Shown = Nullable(Type.String({ maxLength: 100 }), {
  description: 'Shown this once; null in a repeated answer.',
})

export const ServiceClientWithSecret = strictObject(
  { ...facts, secret: Shown },
  { $id: 'ServiceClientWithSecret', description: 'The answer to the creation of a service client.' },
)
export type ServiceClientWithSecret = Static<typeof ServiceClientWithSecret>

export const NewServiceClientSecret = strictObject(
  { ...secretFacts, secret: Shown },
  { $id: 'NewServiceClientSecret', description: 'The answer to the creation of a secret.' },
)
export type NewServiceClientSecret = Static<typeof NewServiceClientSecret>

export const CreateServiceClient = strictObject({
  name: Name,
  description: Type.Optional(Description),
  scopes: Scopes,
  allowedIps: Type.Optional(AllowedIps),
  tokenTtlSeconds: Type.Optional(TokenTtl),
  secretExpiresAt: Type.Optional(SecretExpiry),
})
export type CreateServiceClient = Static<typeof CreateServiceClient>

export const UpdateServiceClient = strictObject(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    scopes: Type.Optional(Scopes),
    allowedIps: Type.Optional(AllowedIps),
    tokenTtlSeconds: Type.Optional(TokenTtl),
    status: Type.Optional(Status),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateServiceClient = Static<typeof UpdateServiceClient>

export const CreateSecret = Nullable(strictObject({ expiresAt: Type.Optional(SecretExpiry) }), {
  description: 'May be left out.',
})
export type CreateSecret = Static<typeof CreateSecret>

export const SecretParams = strictObject({ id: Uuid('The client.'), secretId: Uuid('Its secret.') })

export const ServiceClientListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\u0000]+$',
      description: 'Part of name, description or client id.',
    }),
  ),
  status: Type.Optional(Status),
  withScope: Type.Optional(Scope),
  sort: Type.Optional(
    StringEnum(
      ['name', '-name', 'createdAt', '-createdAt', 'lastUsedAt', '-lastUsedAt'],
      'Newest first when absent; a leading minus turns the order round.',
    ),
  ),
})
export type ServiceClientListQuery = Static<typeof ServiceClientListQuery>

import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'

const Limit = (what: string) =>
  Nullable(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), {
    description: `${what} Null: no limit at this level; 0: nothing.`,
  })

/** Limits that many keys share. */
export const sharedLimits = {
  rpmLimit: Limit('Requests per minute, of all keys together.'),
  tpmLimit: Limit('Tokens per minute, of all keys together.'),
  maxParallelRequests: Limit('Calls in flight at once, of all keys together.'),
}

const Name = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description })
export const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })

export const OrganizationRole = StringEnum(
  ['admin', 'manager', 'member', 'viewer'],
  'admin > manager > member > viewer.',
)

const OrganizationStatus = StringEnum(
  ['active', 'suspended'],
  'While an organization is suspended, its sessions, tokens and keys are refused.',
)

const facts = {
  id: Uuid(),
  name: Type.String({ maxLength: 200 }),
  isDefault: Type.Boolean({ description: 'New people of the platform’s identity provider join this one.' }),
  isRestrictedToList: Type.Boolean({
    description: 'Only listed models of the catalogue can be seen and used.',
  }),
  ...sharedLimits,
  createdAt: Timestamp(),
  version: Version,
}

export const CurrentOrganization = strictObject(facts, {
  $id: 'CurrentOrganization',
  description: 'The organization that the caller works in.',
})
export type CurrentOrganization = Static<typeof CurrentOrganization>

export const Organization = strictObject(
  {
    ...facts,
    status: OrganizationStatus,
    members: Type.Integer({ minimum: 0, description: 'People, those who have left aside.' }),
    teams: Type.Integer({ minimum: 0, description: 'Teams that are not archived.' }),
    keys: Type.Integer({ minimum: 0, description: 'Keys that are not revoked.' }),
    maxBudget: Nullable(Usd('What the organization may spend in a window.'), {
      description: 'What the organization may spend in a window. US dollars. Null: no limit at this level.',
    }),
    spend: Nullable(Type.Number({ minimum: 0 }), {
      description: 'Spent in the present window of its budget. US dollars. Null: it has no budget.',
    }),
  },
  { $id: 'Organization', description: 'A tenant, as platform administrators see it.' },
)
export type Organization = Static<typeof Organization>

export const CreatedOrganization = strictObject(
  {
    ...Organization.properties,
    invitation: Nullable(
      strictObject({
        id: Uuid(),
        url: Nullable(Type.String({ maxLength: 2000 })),
        expiresAt: Timestamp(),
      }),
      {
        description:
          'For the first administrator. `url` is shown in this answer and never again; null when an Idempotency-Key repeats it.',
      },
    ),
  },
  { $id: 'CreatedOrganization', description: 'A new organization, and the way in for who will govern it.' },
)
export type CreatedOrganization = Static<typeof CreatedOrganization>

export const CreateOrganization = strictObject({
  name: Name('For people; need not be unique.'),
  administratorId: Type.Optional(Uuid('A person who becomes the first administrator at once.')),
  administratorEmail: Type.Optional(
    Type.String({
      format: 'email',
      minLength: 3,
      maxLength: 320,
      description: 'Only who has verified this address can accept the invitation.',
    }),
  ),
})
export type CreateOrganization = Static<typeof CreateOrganization>

const Reason = Type.Optional(
  Type.String({ minLength: 3, maxLength: 500, pattern: '\\S', description: 'Recorded with the change.' }),
)

export const UpdateOrganization = strictObject(
  {
    name: Type.Optional(Name('For people; need not be unique.')),
    status: Type.Optional(OrganizationStatus),
    rpmLimit: Type.Optional(sharedLimits.rpmLimit),
    tpmLimit: Type.Optional(sharedLimits.tpmLimit),
    maxParallelRequests: Type.Optional(sharedLimits.maxParallelRequests),
    reason: Reason,
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateOrganization = Static<typeof UpdateOrganization>

export const UpdateOwnOrganization = strictObject({
  name: Name('For people; need not be unique.'),
  version: Type.Optional(Version),
})
export type UpdateOwnOrganization = Static<typeof UpdateOwnOrganization>

export const OrganizationListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Part of the name.' })),
  status: Type.Optional(OrganizationStatus),
  sort: Type.Optional(
    StringEnum(
      [
        'name',
        '-name',
        'createdAt',
        '-createdAt',
        'members',
        '-members',
        'teams',
        '-teams',
        'keys',
        '-keys',
        'spend',
        '-spend',
      ],
      'By name when absent; a leading minus turns the order round.',
    ),
  ),
})
export type OrganizationListQuery = Static<typeof OrganizationListQuery>

export const OrganizationModels = strictObject(
  {
    isRestrictedToList: Type.Boolean({
      description: 'False: the whole catalogue, also what comes later. True: exactly the listed models.',
    }),
    modelIds: Type.Array(Uuid(), { maxItems: 1000 }),
    version: Type.Integer({ minimum: 1, description: 'The organization’s version.' }),
  },
  {
    $id: 'OrganizationModels',
    description: 'Which models of the catalogue an organization may see and use.',
  },
)
export type OrganizationModels = Static<typeof OrganizationModels>

export const SetOrganizationModels = strictObject({
  isRestrictedToList: OrganizationModels.properties.isRestrictedToList,
  modelIds: Type.Array(Uuid(), {
    maxItems: 1000,
    description: 'Kept also while the organization is not restricted to it.',
  }),
  reason: Reason,
  version: Type.Optional(Version),
})
export type SetOrganizationModels = Static<typeof SetOrganizationModels>

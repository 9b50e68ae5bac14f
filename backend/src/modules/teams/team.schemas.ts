import { Type, type Static } from '@sinclair/typebox'
import { sharedLimits } from '#modules/organizations'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'

const MAX_MODELS = 500

const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })
export const TeamRole = StringEnum(['admin', 'member'], 'A team’s admins decide who is in it.')
export type TeamRole = Static<typeof TeamRole>

const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  description: 'Unique among the organization’s teams that are not archived.',
})
const Description = Type.String({ maxLength: 1000, description: 'What the team is for.' })

export const Team = strictObject(
  {
    id: Uuid(),
    organizationId: Uuid(),
    name: Type.String({ maxLength: 200 }),
    description: Type.String({ maxLength: 1000 }),
    isDefault: Type.Boolean({ description: 'Everybody of the organization is in this one.' }),
    isArchived: Type.Boolean(),
    allowsAllModels: Type.Boolean({ description: 'Only the default team, while its list is empty.' }),
    allowedModelIds: Type.Array(Uuid(), {
      description: 'The models that keys of the team may have, besides needing the person’s subscription.',
    }),
    ...sharedLimits,
    myRole: Nullable(TeamRole, { description: 'Null when you are not in it.' }),
    members: Type.Integer({ minimum: 0 }),
    keys: Type.Integer({ minimum: 0, description: 'Keys that are not revoked.' }),
    maxBudget: Nullable(Usd('What the team may spend in a window.'), {
      description:
        'What the team may spend in a window. US dollars. Null: no limit, or amounts are not for you.',
    }),
    spend: Nullable(Type.Number({ minimum: 0 }), {
      description:
        'Spent in the present window of its budget. US dollars. Null: no budget, or amounts are not for you.',
    }),
    createdAt: Timestamp(),
    version: Version,
  },
  { $id: 'Team', description: 'A group in an organization that shares allowed models, limits and a budget.' },
)
export type Team = Static<typeof Team>

const AllowedModelIds = Type.Array(Uuid(), {
  maxItems: MAX_MODELS,
  description: 'Empty: no models; on the default team: all.',
})

export const CreateTeam = strictObject({
  name: Name,
  description: Type.Optional(Description),
  allowedModelIds: Type.Optional(AllowedModelIds),
  rpmLimit: Type.Optional(sharedLimits.rpmLimit),
  tpmLimit: Type.Optional(sharedLimits.tpmLimit),
  maxParallelRequests: Type.Optional(sharedLimits.maxParallelRequests),
  administratorIds: Type.Optional(
    Type.Array(Uuid(), { maxItems: 20, description: 'Members of the organization who administer the team.' }),
  ),
})
export type CreateTeam = Static<typeof CreateTeam>

export const UpdateTeam = strictObject(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    allowedModelIds: Type.Optional(AllowedModelIds),
    rpmLimit: Type.Optional(sharedLimits.rpmLimit),
    tpmLimit: Type.Optional(sharedLimits.tpmLimit),
    maxParallelRequests: Type.Optional(sharedLimits.maxParallelRequests),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateTeam = Static<typeof UpdateTeam>

const search = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'Part of name or description.' }),
)

export const TeamListQuery = strictObject({
  ...pageQuery,
  search,
  sort: Type.Optional(
    StringEnum(
      ['name', '-name', 'createdAt', '-createdAt', 'members', '-members', 'keys', '-keys'],
      'The default team first and then by name when absent; a leading minus turns the order round.',
    ),
  ),
})
export type TeamListQuery = Static<typeof TeamListQuery>

export const TeamAdministrationQuery = strictObject({
  ...pageQuery,
  search,
  isArchived: Type.Optional(Type.Boolean({ description: 'Archived teams are shown only when asked for.' })),
  modelId: Type.Optional(Uuid('Teams that may use this model.')),
  userId: Type.Optional(Uuid('Teams that this person is in.')),
  sort: Type.Optional(
    StringEnum(
      ['name', '-name', 'createdAt', '-createdAt', 'members', '-members', 'keys', '-keys', 'spend', '-spend'],
      'The default team first and then by name when absent; a leading minus turns the order round.',
    ),
  ),
})
export type TeamAdministrationQuery = Static<typeof TeamAdministrationQuery>

export const TeamMember = strictObject(
  {
    userId: Uuid(),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
    role: TeamRole,
    joinedAt: Timestamp(),
    version: Version,
  },
  { $id: 'TeamMember', description: 'A person in a team.' },
)
export type TeamMember = Static<typeof TeamMember>

export const AddTeamMember = strictObject({
  userId: Uuid('A member of the organization.'),
  role: Type.Optional(TeamRole),
})
export type AddTeamMember = Static<typeof AddTeamMember>

export const UpdateTeamMember = strictObject({ role: TeamRole, version: Type.Optional(Version) })

export const TeamMemberParams = strictObject({ id: Uuid('The team.'), userId: Uuid('The person.') })

export const TeamMemberListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of name or user name.' }),
  ),
  role: Type.Optional(TeamRole),
  sort: Type.Optional(
    StringEnum(
      ['displayName', '-displayName', 'joinedAt', '-joinedAt'],
      'By display name when absent; a leading minus turns the order round.',
    ),
  ),
})
export type TeamMemberListQuery = Static<typeof TeamMemberListQuery>

export const TeamCandidate = strictObject(
  {
    userId: Uuid(),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
  },
  { $id: 'TeamCandidate', description: 'A person who is not in the team and could be.' },
)
export type TeamCandidate = Static<typeof TeamCandidate>

export const TeamCandidateListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of name or user name.' }),
  ),
})
export type TeamCandidateListQuery = Static<typeof TeamCandidateListQuery>

const TeamKeyStatus = StringEnum(['active', 'disabled', 'expired', 'revoked'], 'Only an active key works.')

export const TeamKey = strictObject(
  {
    id: Uuid(),
    name: Type.String({ maxLength: 100 }),
    keyHint: Type.String({ maxLength: 40 }),
    status: TeamKeyStatus,
    userId: Uuid(),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
    models: Type.Array(Type.String({ maxLength: 200 }), { description: 'Names.' }),
    spend: Type.Number({ minimum: 0, description: 'Spent in the present window. US dollars.' }),
    expiresAt: Nullable(Timestamp()),
    lastUsedAt: Nullable(Timestamp()),
    createdAt: Timestamp(),
  },
  { $id: 'TeamKey', description: 'A key that counts on a team, as those see it who look after the team.' },
)
export type TeamKey = Static<typeof TeamKey>

export const TeamKeyListQuery = strictObject({
  ...pageQuery,
  status: Type.Optional(TeamKeyStatus),
  userId: Type.Optional(Uuid('Keys of this person.')),
  sort: Type.Optional(
    StringEnum(
      ['createdAt', '-createdAt', 'lastUsedAt', '-lastUsedAt', 'spend', '-spend', 'name', '-name'],
      'Newest first when absent; a leading minus turns the order round.',
    ),
  ),
})
export type TeamKeyListQuery = Static<typeof TeamKeyListQuery>

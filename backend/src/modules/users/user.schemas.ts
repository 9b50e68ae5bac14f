import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'
import { DisplayName, MembershipStatus, OrganizationRole, PlatformRole, Version } from './profile.schemas.ts'
import { limitFields } from './user-defaults.ts'

export const UserStatus = StringEnum(
  ['active', 'disabled', 'departed'],
  '`departed`: the identity provider no longer knows the person; keys and sessions are refused until they sign in again.',
)
const Name = Type.String({ maxLength: 200 })
/** Without NUL, which the database cannot hold. */
const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$', description })
export const Reason = Text(1000, 'Why; it is kept in the trail.')

const UserMembership = strictObject({
  organizationId: Uuid(),
  organizationName: Name,
  role: OrganizationRole,
  status: MembershipStatus,
  ...limitFields,
})

const summary = {
  id: Uuid(),
  username: Name,
  email: Nullable(Type.String({ maxLength: 320 })),
  displayName: Name,
  platformRole: PlatformRole,
  status: UserStatus,
  createdAt: Timestamp(),
  lastSignInAt: Nullable(Timestamp()),
  memberships: Type.Array(UserMembership, { description: 'In the organizations that the caller sees.' }),
  keyCount: Type.Integer({ description: 'Keys that are not revoked.' }),
  subscriptionCount: Type.Integer({ description: 'Active subscriptions.' }),
  spendThisMonth: Usd('Cost of this month’s calls (UTC).'),
  version: Version,
}

export const User = strictObject(summary, { $id: 'User', description: 'A person, for administrators.' })
export type User = Static<typeof User>

const RoleWarning = strictObject({
  code: StringEnum(['READONLY_AND_USER', 'READONLY_AND_ADMIN', 'ROLE_DIFFERS']),
  message: Type.String({ maxLength: 500 }),
})
export type RoleWarning = Static<typeof RoleWarning>

const UserBudget = strictObject({
  id: Uuid(),
  organizationId: Uuid(),
  limit: Nullable(Usd('What may be spent in a window; null: no limit.')),
  spend: Usd('Spent in the present window.'),
  duration: Nullable(Type.String({ maxLength: 10 })),
  resetAt: Nullable(Timestamp()),
})

export const UserDetail = strictObject(
  {
    ...summary,
    isEmailVerified: Type.Boolean(),
    language: Nullable(Type.String({ maxLength: 35 })),
    roleSources: Type.Array(Type.String({ maxLength: 40 }), {
      description:
        'Which rules gave the platform role: adminGroup, initialAdmin, readonlyGroup, userGroup, default.',
    }),
    roleCheckedAt: Nullable(Timestamp('When the groups were last read.')),
    roleWarnings: Type.Array(RoleWarning, {
      description: 'Roles of the provider that contradict each other.',
    }),
    identities: Nullable(
      Type.Array(
        strictObject({
          issuer: Type.String({ maxLength: 2048 }),
          subject: Type.String({ maxLength: 255 }),
          lastSeenAt: Timestamp(),
        }),
      ),
      {
        description:
          'How the person signs in; null unless all organizations are looked at (`scope=platform`).',
      },
    ),
    teams: Type.Array(
      strictObject({ id: Uuid(), organizationId: Uuid(), name: Name, role: StringEnum(['admin', 'member']) }),
    ),
    budgets: Type.Array(UserBudget, { description: 'The person’s own budgets, one per organization.' }),
    spendInAll: Usd('Cost of all calls ever recorded.'),
  },
  { $id: 'UserDetail', description: 'All about a person, for administrators.' },
)
export type UserDetail = Static<typeof UserDetail>

export const UserListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Text(100, 'A piece of user name, display name or e-mail address; case does not matter.'),
  ),
  role: Type.Optional(OrganizationRole),
  platformRole: Type.Optional(PlatformRole),
  status: Type.Optional(UserStatus),
  teamId: Type.Optional(Uuid('Members of this team.')),
  lastSignInAfter: Type.Optional(Timestamp()),
  lastSignInBefore: Type.Optional(Timestamp('Also people who never signed in.')),
  sort: Type.Optional(
    StringEnum(
      ['displayName', 'username', 'email', 'createdAt', 'lastSignInAt', 'spendThisMonth'].flatMap((name) => [
        name,
        `-${name}`,
      ]) as [string, ...string[]],
      '`-` for descending; by display name unless given.',
    ),
  ),
})
export type UserListQuery = Static<typeof UserListQuery>

export const UpdateUser = strictObject(
  {
    displayName: Type.Optional(DisplayName),
    status: Type.Optional(
      StringEnum(
        ['active', 'disabled'],
        'A disabled person’s sessions, tokens and keys end within a second.',
      ),
    ),
    reason: Type.Optional(Reason),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateUser = Static<typeof UpdateUser>

export const UserActivity = strictObject(
  {
    id: Uuid(),
    at: Timestamp(),
    kind: StringEnum(['act', 'change', 'call'], 'Done by the person; done to the person; a model call.'),
    organizationId: Uuid(),
    action: Type.String({ maxLength: 200, description: 'Of the trail, or the operation of a call.' }),
    result: Type.String({ maxLength: 40 }),
    resourceType: Nullable(Type.String({ maxLength: 200 })),
    resourceId: Nullable(Type.String({ maxLength: 400 })),
    cost: Nullable(Usd('Of a call.')),
  },
  { $id: 'UserActivity', description: 'Something that a person did, or that was done to them.' },
)
export type UserActivity = Static<typeof UserActivity>

export const UserActivityQuery = strictObject({
  limit: pageQuery.limit,
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: '`nextCursor` of the page before.' }),
  ),
})
export type UserActivityQuery = Static<typeof UserActivityQuery>

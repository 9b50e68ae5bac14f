import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'
import { OrganizationRole, Version } from './organization.schemas.ts'

export const Member = strictObject(
  {
    userId: Uuid(),
    organizationId: Uuid(),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
    email: Nullable(Type.String({ maxLength: 320 })),
    role: OrganizationRole,
    status: StringEnum(
      ['active', 'disabled', 'removed'],
      'disabled: kept out until enabled again; removed: has left or was removed.',
    ),
    teams: Type.Array(
      strictObject({
        id: Uuid(),
        name: Type.String({ maxLength: 200 }),
        role: StringEnum(['admin', 'member']),
      }),
    ),
    keys: Type.Integer({ minimum: 0, description: 'Keys in this organization that are not revoked.' }),
    lastSignInAt: Nullable(Timestamp()),
    joinedAt: Timestamp(),
    version: Version,
  },
  { $id: 'Member', description: 'A person in an organization.' },
)
export type Member = Static<typeof Member>

export const UpdateMember = strictObject(
  {
    role: Type.Optional(OrganizationRole),
    status: Type.Optional(StringEnum(['active', 'disabled'])),
    reason: Type.Optional(
      Type.String({ minLength: 3, maxLength: 500, pattern: '\\S', description: 'Recorded with the change.' }),
    ),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateMember = Static<typeof UpdateMember>

export const MemberListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of name, user name or e-mail address.' }),
  ),
  role: Type.Optional(OrganizationRole),
  status: Type.Optional(
    StringEnum(['active', 'disabled', 'removed'], 'Those who have left are shown only when asked for.'),
  ),
  teamId: Type.Optional(Uuid('Members of this team.')),
  sort: Type.Optional(
    StringEnum(
      [
        'displayName',
        '-displayName',
        'username',
        '-username',
        'role',
        '-role',
        'joinedAt',
        '-joinedAt',
        'lastSignInAt',
        '-lastSignInAt',
      ],
      'By display name when absent; a leading minus turns the order round.',
    ),
  ),
})
export type MemberListQuery = Static<typeof MemberListQuery>

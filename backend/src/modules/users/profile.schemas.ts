import { Type, type Static } from '@sinclair/typebox'
import { Nullable, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'
import { limitFields } from './user-defaults.ts'

export const PlatformRole = StringEnum(
  ['admin', 'adminReadonly', 'user'],
  'Role on the platform, from the identity provider’s groups.',
)
export const OrganizationRole = StringEnum(
  ['admin', 'manager', 'member', 'viewer'],
  'Role in the organization.',
)
export const MembershipStatus = StringEnum(['active', 'disabled'])
export const Version = Type.Integer({ minimum: 1, description: 'Rises with every change; see `If-Match`.' })
const Language = StringEnum(['en', 'fr', 'de', 'es', 'ja'])
const Theme = StringEnum(['light', 'dark', 'system'])

/** Something to read: begins and ends with no space, and holds no control characters. */
export const DisplayName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\s\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$',
  description: 'The name that others read.',
})

const OwnMembership = strictObject({
  organizationId: Uuid(),
  organizationName: Type.String({ maxLength: 200 }),
  isDefault: Type.Boolean(),
  role: OrganizationRole,
})

export const Profile = strictObject(
  {
    id: Uuid(),
    username: Type.String({ maxLength: 200, description: 'From the identity provider.' }),
    email: Nullable(Type.String({ maxLength: 320 })),
    isEmailVerified: Type.Boolean(),
    displayName: Type.String({ maxLength: 200 }),
    language: Nullable(Language, { description: 'Of the console and of messages; null: the browser’s.' }),
    theme: Nullable(Theme, { description: 'Of the console; null: as the browser prefers.' }),
    platformRole: PlatformRole,
    createdAt: Timestamp(),
    lastSignInAt: Nullable(Timestamp()),
    organizationId: Nullable(Uuid(), { description: 'The current organization.' }),
    memberships: Type.Array(OwnMembership),
    limits: Nullable(strictObject(limitFields), {
      description: 'What an administrator has set for all keys together, in the current organization.',
    }),
    version: Version,
  },
  { $id: 'Profile', description: 'A person as they see themselves.' },
)
export type Profile = Static<typeof Profile>

export const UpdateProfile = strictObject(
  {
    displayName: Type.Optional(DisplayName),
    language: Type.Optional(Nullable(Language)),
    theme: Type.Optional(Nullable(Theme)),
    version: Type.Optional(Version),
  },
  { minProperties: 1 },
)
export type UpdateProfile = Static<typeof UpdateProfile>

import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const PlatformRole = StringEnum(
  ['admin', 'adminReadonly', 'user'],
  'Role on the platform, from the identity provider’s groups.',
)
const OrganizationRole = StringEnum(['admin', 'manager', 'member', 'viewer'], 'Role in the organization.')

export const LoginQuery = strictObject({
  returnTo: Type.Optional(
    Type.String({
      maxLength: 600,
      description: 'Page of the console to go to afterwards; anything else means its start.',
    }),
  ),
  login_hint: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'User name, handed on to the provider.' }),
  ),
})

/** What the provider answers; it may add parameters of its own. */
export const CallbackQuery = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 4096 })),
  state: Type.Optional(Type.String({ maxLength: 512 })),
  iss: Type.Optional(Type.String({ maxLength: 2048 })),
  error: Type.Optional(Type.String({ maxLength: 512 })),
})

export const Redirect = (description: string) => Type.Null({ description })
export const NoContent = (description: string) => Type.Null({ description })

export const AccessToken = strictObject(
  {
    accessToken: Type.String({ maxLength: 4096, description: 'For `Authorization: Bearer`.' }),
    tokenType: StringEnum(['Bearer']),
    expiresIn: Type.Integer({
      description: 'Seconds; it ends earlier with the session that it was made from.',
    }),
  },
  { $id: 'AccessToken' },
)
export type AccessToken = Static<typeof AccessToken>

const CurrentOrganization = strictObject({
  id: Uuid(),
  name: Type.String({ maxLength: 200 }),
  role: OrganizationRole,
})

export const Me = strictObject(
  {
    user: strictObject({
      id: Uuid(),
      username: Type.String({ maxLength: 200 }),
      email: Nullable(Type.String({ maxLength: 320 })),
      displayName: Type.String({ maxLength: 200 }),
      language: Nullable(Type.String({ maxLength: 35 })),
    }),
    platformRole: PlatformRole,
    organizationRole: Nullable(OrganizationRole),
    permissions: Type.Array(Type.String({ maxLength: 100 }), {
      description: '`noun:verb`, in the current organization.',
    }),
    organization: Nullable(CurrentOrganization, {
      description: 'The current organization; null without an active membership.',
    }),
    memberships: Type.Array(
      strictObject({
        organizationId: Uuid(),
        organizationName: Type.String({ maxLength: 200 }),
        isDefault: Type.Boolean(),
        role: OrganizationRole,
      }),
    ),
  },
  { $id: 'Me', description: 'Who is asking, and what they may do.' },
)
export type Me = Static<typeof Me>

export const OrganizationChoice = strictObject(
  { organizationId: Uuid('One of your memberships.') },
  { $id: 'OrganizationChoice' },
)

export const Session = strictObject(
  {
    id: Uuid(),
    isCurrent: Type.Boolean({ description: 'The one that this request came with.' }),
    createdAt: Timestamp(),
    lastSeenAt: Timestamp('To the minute.'),
    expiresAt: Timestamp('When it ends, used or not; unused for 12 hours it ends earlier.'),
    address: Nullable(Type.String({ maxLength: 100 }), { description: 'Where the sign-in came from.' }),
    userAgent: Nullable(Type.String({ maxLength: 400 })),
  },
  { $id: 'Session', description: 'One signed-in browser.' },
)
export type Session = Static<typeof Session>

export const SessionListQuery = strictObject(pageQuery)
export type SessionListQuery = Static<typeof SessionListQuery>

export const EndSessionsQuery = strictObject({
  includeCurrent: Type.Optional(Type.Boolean({ description: 'Also the one that this request came with.' })),
})

import { Type, type Static } from '@sinclair/typebox'
import { CursorInfo, Nullable, RefTo, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'
import { kindNames, severities } from './notification-kinds.ts'

const NotificationKind = StringEnum(kindNames, 'What it is about; what preferences are set by.')

export const Notification = strictObject(
  {
    id: Uuid(),
    kind: NotificationKind,
    template: Type.String({
      maxLength: 100,
      description: 'Which sentence it is, the same in every language.',
    }),
    severity: StringEnum(severities),
    title: Type.String({ maxLength: 1000, description: 'In your language.' }),
    body: Type.String({ maxLength: 4000, description: 'In your language, plain text.' }),
    link: Nullable(Type.String({ maxLength: 500 }), { description: 'A path of the console.' }),
    isRead: Type.Boolean(),
    createdAt: Timestamp(),
  },
  { $id: 'Notification', description: 'Something that a person should know.' },
)
export type Notification = Static<typeof Notification>

export const NotificationListQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Items in a page.' }),
  cursor: Type.Optional(Type.String({ maxLength: 300, description: '`nextCursor` of the page before.' })),
  isRead: Type.Optional(Type.Boolean({ description: 'False: only what you have not read.' })),
  kind: Type.Optional(NotificationKind),
})
export type NotificationListQuery = Static<typeof NotificationListQuery>

export const NotificationPage = strictObject({
  data: Type.Array(RefTo(Notification)),
  pagination: RefTo(CursorInfo),
  unread: Type.Integer({ minimum: 0, description: 'All that you have not read, whatever the filters.' }),
})

const Preference = strictObject({
  kind: NotificationKind,
  inApp: Type.Boolean({ description: 'Whether it appears in the inbox.' }),
  email: Type.Boolean({ description: 'Whether it is sent by e-mail.' }),
})

export const NotificationPreferences = strictObject(
  {
    isEmailAvailable: Type.Boolean({
      description: 'Whether e-mail is sent at all: a server is configured, and your address is known.',
    }),
    emailAddress: Nullable(Type.String({ maxLength: 320 }), { description: 'From the identity provider.' }),
    preferences: Type.Array(Preference, { description: 'Every kind.' }),
  },
  { $id: 'NotificationPreferences', description: 'What a person wants to be told, and how.' },
)
export type NotificationPreferences = Static<typeof NotificationPreferences>

export const SetNotificationPreferences = strictObject({
  preferences: Type.Array(Preference, {
    maxItems: kindNames.length,
    description: 'Each kind at most once. Kinds that are left out return to their defaults.',
  }),
})
export type SetNotificationPreferences = Static<typeof SetNotificationPreferences>

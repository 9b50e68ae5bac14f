import { Type, type Static } from '@sinclair/typebox'
import { Nullable, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const Word = (description: string) =>
  Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000]+$', description })

const result = StringEnum(['success', 'refused', 'failed'])
const Change = Nullable(Type.Record(Type.String(), Type.Unknown()))

export const AuditLog = strictObject(
  {
    id: Uuid(),
    at: Timestamp(),
    organizationId: Uuid('Whose trail; the platform’s own acts have an organization that nobody belongs to.'),
    organizationName: Type.String({ maxLength: 200 }),
    category: Type.String({ maxLength: 100, description: 'Coarse group, e.g. `api-key`.' }),
    action: Type.String({ maxLength: 100, description: 'What was done, e.g. `api_key.revoked`.' }),
    result,
    actorKind: Type.String({ maxLength: 40, description: 'person, apiKey, serviceClient or system.' }),
    actorId: Nullable(Uuid(), { description: 'The person or the service client; null for jobs.' }),
    actorName: Nullable(Type.String({ maxLength: 200 })),
    door: Type.String({ maxLength: 40, description: 'How the actor came in.' }),
    address: Nullable(Type.String({ maxLength: 100 })),
    requestId: Nullable(Type.String({ maxLength: 200 }), { description: 'Names the request in the logs.' }),
    resourceType: Nullable(Type.String({ maxLength: 100 })),
    resourceId: Nullable(Type.String({ maxLength: 300 })),
    before: Change,
    after: Change,
    reason: Nullable(Type.String({ maxLength: 1000 })),
    count: Type.Integer({ minimum: 1, description: 'Refusals of one kind within a minute are one row.' }),
    isChained: Type.Boolean({ description: 'Whether the row is part of the hash chain already.' }),
  },
  { $id: 'AuditLog', description: 'One act, or one kind of refusal.' },
)
export type AuditLog = Static<typeof AuditLog>

const filters = {
  category: Type.Optional(Word('Coarse group.')),
  action: Type.Optional(Word('What was done.')),
  result: Type.Optional(result),
  actorId: Type.Optional(Uuid('Who did it.')),
  actorKind: Type.Optional(StringEnum(['person', 'apiKey', 'serviceClient', 'system'])),
  resourceType: Type.Optional(Word('What it was done to.')),
  resourceId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, pattern: '^[^\\u0000]+$', description: 'Which one.' }),
  ),
  requestId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]+$', description: 'In which request.' }),
  ),
  from: Type.Optional(Timestamp('From this moment on.')),
  to: Type.Optional(Timestamp('Before this moment.')),
  search: Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 100,
      pattern: '^[^\\u0000]+$',
      description: 'Text in the action, the resource’s id or the reason, whatever its case.',
    }),
  ),
}

export const AuditFilters = strictObject(filters)
export type AuditFilters = Static<typeof AuditFilters>

export const AuditLogQuery = strictObject({
  ...filters,
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Items in a page.' }),
  cursor: Type.Optional(Type.String({ maxLength: 300, description: '`nextCursor` of the page before.' })),
})
export type AuditLogQuery = Static<typeof AuditLogQuery>

export const AuditExportQuery = strictObject({
  ...filters,
  format: Type.Optional(StringEnum(['csv', 'json'], 'Of the file; `csv` if not given.')),
})
export type AuditExportQuery = Static<typeof AuditExportQuery>

const Option = (value: Record<string, ReturnType<typeof Type.String>>) =>
  Type.Array(strictObject({ ...value, count: Type.Integer({ minimum: 1 }) }))
const name = Type.String({ maxLength: 200 })

export const AuditFilterOptions = strictObject(
  {
    categories: Option({ name }),
    actions: Option({ name }),
    resourceTypes: Option({ name }),
    actors: Option({ id: Uuid(), name }),
  },
  {
    $id: 'AuditFilterOptions',
    description: 'Values that occur under the given filters, the most frequent first, at most 100 of each.',
  },
)
export type AuditFilterOptions = Static<typeof AuditFilterOptions>

import { Type, type Static } from '@sinclair/typebox'
import { pageQuery, strictObject, StringEnum, Uuid } from '#platform/http'
import { ApiKey, ApiKeyWithSecret, CreateApiKey, keyFilters, SyncState } from './api-key.schemas.ts'

const Reason = Type.String({
  minLength: 3,
  maxLength: 500,
  pattern: '^[^\\u0000]*\\S[^\\u0000]*$',
  description: 'Why; on record.',
})

export const AdminApiKey = strictObject(
  {
    ...ApiKey.properties,
    organizationId: Uuid(),
    userId: Uuid('The owner.'),
    username: Type.String({ maxLength: 200 }),
    displayName: Type.String({ maxLength: 200 }),
  },
  { $id: 'AdminApiKey', description: 'A key, and whose it is.' },
)
export type AdminApiKey = Static<typeof AdminApiKey>

export const AdminApiKeyWithSecret = strictObject(
  { ...AdminApiKey.properties, key: ApiKeyWithSecret.properties.key },
  { $id: 'AdminApiKeyWithSecret' },
)
export type AdminApiKeyWithSecret = Static<typeof AdminApiKeyWithSecret>

export const AdminApiKeyListQuery = strictObject({
  ...pageQuery,
  ...keyFilters,
  userId: Type.Optional(Uuid('Only keys of this person.')),
  syncState: Type.Optional(SyncState),
})
export type AdminApiKeyListQuery = Static<typeof AdminApiKeyListQuery>

/** As the owner would, and on whose behalf. */
export const CreateAdminApiKey = strictObject({
  userId: Uuid('Whose key it becomes; the models are of their active subscriptions.'),
  ...Type.Omit(CreateApiKey, ['subscriptionId', 'modelIds']).properties,
  modelIds: Type.Array(Uuid(), {
    minItems: 1,
    maxItems: 100,
    description: 'Models that they have active subscriptions to.',
  }),
})
export type CreateAdminApiKey = Static<typeof CreateAdminApiKey>

export const DeleteApiKey = strictObject({ reason: Reason })

export const BulkRevoke = strictObject({
  ids: Type.Array(Uuid(), { minItems: 1, maxItems: 100, description: 'Keys of the organization.' }),
  reason: Reason,
})
export type BulkRevoke = Static<typeof BulkRevoke>

export const BulkRevokeResult = strictObject(
  {
    results: Type.Array(
      strictObject({ id: Uuid(), outcome: StringEnum(['revoked', 'already_revoked', 'not_found']) }),
      { description: 'One for each id, in the order of the request.' },
    ),
  },
  { $id: 'BulkRevokeResult' },
)
export type BulkRevokeResult = Static<typeof BulkRevokeResult>

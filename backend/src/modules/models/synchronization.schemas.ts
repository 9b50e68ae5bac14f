import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp } from '#platform/http'

export const ModelSynchronization = strictObject(
  {
    trigger: Type.String({ maxLength: 40, description: 'start, timer, request or recovery.' }),
    startedAt: Timestamp(),
    finishedAt: Timestamp(),
    result: StringEnum(
      ['success', 'failed', 'empty'],
      'empty: LiteLLM listed nothing usable, so nothing was changed.',
    ),
    added: Type.Integer(),
    updated: Type.Integer(),
    gone: Type.Integer(),
    message: Nullable(Type.String({ maxLength: 2000 })),
  },
  { $id: 'ModelSynchronization', description: 'One comparison of our catalogue with what LiteLLM serves.' },
)
export type ModelSynchronization = Static<typeof ModelSynchronization>

export const ModelSynchronizationListQuery = strictObject(pageQuery)

const ModelName = Type.String({ maxLength: 200 })
const Value = Nullable(Type.Union([Type.String({ maxLength: 4000 }), Type.Number()]))

const ModelDifference = strictObject({
  name: ModelName,
  changes: Type.Array(strictObject({ field: Type.String({ maxLength: 100 }), before: Value, after: Value }), {
    description: 'Empty where a model only comes back.',
  }),
})

/** What a synchronisation would do, and where LiteLLM differs from what it was told. */
export const ModelDrift = strictObject(
  {
    checkedAt: Timestamp(),
    isInAgreement: Type.Boolean({ description: 'Nothing below needs anybody.' }),
    added: Type.Array(ModelName, { description: 'LiteLLM serves them; the catalogue does not know them.' }),
    updated: Type.Array(ModelDifference),
    gone: Type.Array(ModelName, { description: 'LiteLLM serves them no longer.' }),
    rejected: Type.Array(
      strictObject({
        name: ModelName,
        reason: StringEnum(['malformed', 'wildcard', 'invalid_name', 'invalid_price']),
      }),
      { description: 'Rows of LiteLLM that cannot be used.' },
    ),
    waiting: Type.Array(ModelName, { description: 'A change of ours is still on its way to LiteLLM.' }),
    refused: Type.Array(ModelName, { description: 'LiteLLM refused a change of ours for good.' }),
  },
  { $id: 'ModelDrift', description: 'Our catalogue beside LiteLLM’s, now. Looking changes nothing.' },
)
export type ModelDrift = Static<typeof ModelDrift>

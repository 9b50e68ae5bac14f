import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const Price = (description: string) =>
  Nullable(Type.Number({ minimum: 0 }), {
    description: `${description} US dollars per million tokens; null when unknown.`,
  })

const Availability = StringEnum(
  ['available', 'unavailable', 'disabled'],
  'unavailable: LiteLLM does not serve it now; disabled: an administrator has closed it.',
)

export const Model = strictObject(
  {
    id: Uuid(),
    name: Type.String({ maxLength: 200, description: 'What a client sends as `model`; may hold slashes.' }),
    provider: Type.String({ maxLength: 200 }),
    description: Type.String({ maxLength: 4000 }),
    mode: Type.String({ maxLength: 100, description: 'What it is for: chat, embedding ...' }),
    abilities: Type.Array(Type.String({ maxLength: 100 }), {
      description: 'e.g. `vision`, `function_calling`.',
    }),
    contextLength: Nullable(Type.Integer(), { description: 'Tokens of input; null when unknown.' }),
    maxOutputTokens: Nullable(Type.Integer(), { description: 'Tokens of output; null when unknown.' }),
    inputPricePerMillion: Price('Input.'),
    cachedInputPricePerMillion: Price('Input that was cached; null also means: as input.'),
    outputPricePerMillion: Price('Output.'),
    isRestricted: Type.Boolean({ description: 'A subscription waits for an approval.' }),
    availability: Availability,
  },
  { $id: 'Model', description: 'Something that LiteLLM serves, with its prices and abilities.' },
)
export type Model = Static<typeof Model>

export const ModelListQuery = strictObject({
  ...pageQuery,
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of name, provider or description.' }),
  ),
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  ability: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  isRestricted: Type.Optional(Type.Boolean()),
  availability: Type.Optional(Availability),
  sort: Type.Optional(
    StringEnum(
      [
        'name',
        '-name',
        'provider',
        '-provider',
        'contextLength',
        '-contextLength',
        'inputPricePerMillion',
        '-inputPricePerMillion',
        'outputPricePerMillion',
        '-outputPricePerMillion',
      ],
      'By name when absent; a leading minus turns the order round; unknown values come last.',
    ),
  ),
})
export type ModelListQuery = Static<typeof ModelListQuery>

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
export type ModelSynchronizationListQuery = Static<typeof ModelSynchronizationListQuery>

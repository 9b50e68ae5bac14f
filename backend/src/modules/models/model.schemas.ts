import { Type, type Static } from '@sinclair/typebox'
import { Nullable, pageQuery, RefTo, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

const Price = (description: string) =>
  Nullable(Type.Number({ minimum: 0 }), { description: `${description} US dollars; null when unknown.` })

const Availability = StringEnum(
  ['available', 'unavailable', 'disabled'],
  'unavailable: LiteLLM does not serve it now; disabled: an administrator has closed it.',
)

const MySubscription = strictObject(
  {
    id: Uuid(),
    status: StringEnum(['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired']),
  },
  { description: 'Your live subscription, else your last one.' },
)

export const Model = strictObject(
  {
    id: Uuid(),
    name: Type.String({ maxLength: 200, description: 'What a client sends as `model`; may hold slashes.' }),
    provider: Type.String({ maxLength: 200 }),
    description: Type.String({ maxLength: 4000 }),
    mode: Type.String({ maxLength: 100, description: 'LiteLLM’s word for what it is: chat, embedding ...' }),
    abilities: Type.Array(Type.String({ maxLength: 100 }), {
      description:
        'What it is for (`chat`, `embeddings`, `reranking`, `image_generation`, `audio_transcription`, `audio_speech`, `document_conversion`) and what it can do (`vision`, `function_calling`, `parallel_function_calling`, `tool_choice`, `tokenize` ...).',
    }),
    contextLength: Nullable(Type.Integer(), { description: 'Tokens of input; null when unknown.' }),
    maxOutputTokens: Nullable(Type.Integer(), { description: 'Tokens of output; null when unknown.' }),
    inputPricePerMillion: Price('A million tokens of input.'),
    cachedInputPricePerMillion: Price(
      'A million tokens of input that was cached; null also means: as input.',
    ),
    outputPricePerMillion: Price('A million tokens of output.'),
    inputPricePerToken: Price('One token of input.'),
    outputPricePerToken: Price('One token of output.'),
    pricePerRequest: Price('One request, besides its tokens; null also means: none.'),
    isRestricted: Type.Boolean({ description: 'A subscription waits for an approval.' }),
    availability: Availability,
    createdAt: Timestamp('When it came into the catalogue.'),
    mySubscription: Nullable(MySubscription),
  },
  { $id: 'Model', description: 'Something that LiteLLM serves, with its prices and abilities.' },
)
export type Model = Static<typeof Model>

const Name = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const Several = (maxLength: number, description: string) =>
  Type.Array(Name(maxLength), { minItems: 1, maxItems: 20, description })
const PriceBound = (description: string) =>
  Type.Number({ minimum: 0, maximum: 100_000, description: `${description} US dollars per million tokens.` })
const Tokens = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 2_000_000_000, description: `${description} Tokens.` })

/** What every list of models can be narrowed by. */
export const modelFilters = {
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of name, provider or description.' }),
  ),
  provider: Type.Optional(Several(200, 'Any of these; repeat the parameter.')),
  ability: Type.Optional(Several(100, 'All of these; repeat the parameter.')),
  mode: Type.Optional(Name(100)),
  isRestricted: Type.Optional(Type.Boolean()),
  availability: Type.Optional(Availability),
  minInputPrice: Type.Optional(PriceBound('Input, at least.')),
  maxInputPrice: Type.Optional(PriceBound('Input, at most; models without a price are left out.')),
  minOutputPrice: Type.Optional(PriceBound('Output, at least.')),
  maxOutputPrice: Type.Optional(PriceBound('Output, at most; models without a price are left out.')),
  minContextLength: Type.Optional(Tokens('At least.')),
  maxContextLength: Type.Optional(Tokens('At most.')),
}

export const ModelListQuery = strictObject({
  ...pageQuery,
  ...modelFilters,
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
        'createdAt',
        '-createdAt',
      ],
      'In the administrator’s order and then by name when absent; a leading minus turns the order round; unknown values come last.',
    ),
  ),
})
export type ModelListQuery = Static<typeof ModelListQuery>
export type ModelFilters = Omit<ModelListQuery, 'limit' | 'offset' | 'sort'>

export const ModelFacet = strictObject(
  { name: Type.String({ maxLength: 200 }), models: Type.Integer({ minimum: 0 }) },
  { $id: 'ModelFacet', description: 'One value that models can be filtered by, and how many have it.' },
)
export type ModelFacet = Static<typeof ModelFacet>

export const ModelStatistics = strictObject(
  {
    total: Type.Integer(),
    available: Type.Integer(),
    unavailable: Type.Integer(),
    disabled: Type.Integer(),
    restricted: Type.Integer(),
    withoutPrice: Type.Integer({ description: 'Calls of these could not be charged, and are refused.' }),
    subscribed: Type.Integer({ description: 'Those that you have an active subscription to.' }),
    providers: Type.Array(RefTo(ModelFacet)),
    modes: Type.Array(RefTo(ModelFacet)),
  },
  { $id: 'ModelStatistics', description: 'The catalogue in numbers.' },
)
export type ModelStatistics = Static<typeof ModelStatistics>

export const ModelPrice = strictObject(
  {
    validFrom: Timestamp(),
    validUntil: Nullable(Timestamp(), { description: 'Null: still in force.' }),
    inputPricePerMillion: Price('A million tokens of input.'),
    cachedInputPricePerMillion: Price('A million tokens of input that was cached.'),
    outputPricePerMillion: Price('A million tokens of output.'),
    pricePerRequest: Price('One request.'),
  },
  { $id: 'ModelPrice', description: 'What a model cost for a time.' },
)
export type ModelPrice = Static<typeof ModelPrice>

export const ModelPriceListQuery = strictObject(pageQuery)

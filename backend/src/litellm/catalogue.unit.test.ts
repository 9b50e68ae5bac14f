import { describe, expect, test } from 'vitest'
import { compareCatalogue, readCatalogue, type CatalogueModel } from './catalogue.ts'
import { parseExactJson } from './exact-json.ts'

interface Row {
  readonly model_name?: unknown
  readonly litellm_params?: object
  readonly model_info?: object
}

const row = (name: unknown, facts: object = {}, parameters: object = { model: 'openai/x' }): Row => ({
  model_name: name,
  litellm_params: parameters,
  model_info: {
    id: `id-${String(name)}`,
    mode: 'chat',
    litellm_provider: 'openai',
    max_input_tokens: 8000,
    max_output_tokens: 2000,
    input_cost_per_token: 1.5e-7,
    output_cost_per_token: 6e-7,
    supports_vision: true,
    supports_reasoning: null,
    ...facts,
  },
})

/** As they arrive: through JSON text. */
const read = (...rows: unknown[]) => readCatalogue(parseExactJson(JSON.stringify(rows)) as unknown[])
const only = (...rows: unknown[]): CatalogueModel => {
  const { models, rejected } = read(...rows)
  expect(rejected).toEqual([])
  const [model] = models
  if (!model || models.length !== 1) throw new Error(`expected one model, got ${models.length}`)
  return model
}

describe('reading the catalogue', () => {
  test('one deployment', () => {
    expect(only(row('acme/large', { litemaas: { restricted: true, description: 'big' } }))).toEqual({
      name: 'acme/large',
      provider: 'openai',
      description: 'big',
      abilities: ['chat', 'vision'],
      contextLength: 8000,
      maxOutputTokens: 2000,
      inputPriceNanoPerMillion: 150_000_000n,
      cachedInputPriceNanoPerMillion: null,
      outputPriceNanoPerMillion: 600_000_000n,
      mode: 'chat',
      isRestrictedHint: true,
      litellmIds: ['id-acme/large'],
    })
  })

  test('deployments of one name: dearest price, smallest window, abilities of all', () => {
    const model = only(
      row('m', {
        id: 'b',
        input_cost_per_token: 1e-6,
        max_input_tokens: 4000,
        supports_function_calling: true,
      }),
      row('m', {
        id: 'a',
        output_cost_per_token: 9e-6,
        supports_vision: false,
        supports_function_calling: true,
      }),
    )
    expect(model).toMatchObject({
      abilities: ['chat', 'function_calling'],
      contextLength: 4000,
      inputPriceNanoPerMillion: 1_000_000_000n,
      outputPriceNanoPerMillion: 9_000_000_000n,
      litellmIds: ['a', 'b'],
    })
  })

  test('a price unknown at one deployment is unknown', () => {
    const model = only(row('m'), row('m', { id: 'b', input_cost_per_token: null }))
    expect(model.inputPriceNanoPerMillion).toBeNull()
    expect(model.outputPriceNanoPerMillion).toBe(600_000_000n)
  })

  test('zero is a price, absence is none', () => {
    expect(only(row('m', { input_cost_per_token: 0 })).inputPriceNanoPerMillion).toBe(0n)
    expect(only(row('m', { input_cost_per_token: undefined })).inputPriceNanoPerMillion).toBeNull()
  })

  test('cached input falls back to the price of input, deployment by deployment', () => {
    const model = only(row('m', { cache_read_input_token_cost: 1e-8 }), row('m', { id: 'b' }))
    expect(model.cachedInputPriceNanoPerMillion).toBe(150_000_000n)
  })

  test('embeddings put nothing out', () => {
    expect(
      only(row('e', { mode: 'embedding', output_cost_per_token: undefined })).outputPriceNanoPerMillion,
    ).toBe(0n)
  })

  test.each<[object, string[]]>([
    [{ mode: 'embedding', supports_vision: false }, ['embeddings']],
    [{ mode: 'rerank', supports_vision: false }, ['reranking']],
    [
      { supports_convert: true, supports_tokenize: true, supports_parallel_function_calling: true },
      ['chat', 'document_conversion', 'parallel_function_calling', 'tokenize', 'vision'],
    ],
    [
      { supports_function_calling: true, supports_tool_choice: true, supports_vision: false },
      ['chat', 'function_calling', 'tool_choice'],
    ],
    [{ mode: 'audio_transcription', supports_vision: 1 }, ['audio_transcription']],
    [{ mode: 'something_new', supports_vision: false }, []],
  ])('abilities of %j', (facts, abilities) => expect(only(row('m', facts)).abilities).toEqual(abilities))

  test('provider from what there is', () => {
    expect(only(row('m', { litellm_provider: undefined }, { model: 'vllm/granite' })).provider).toBe('vllm')
    expect(only(row('m', { litellm_provider: undefined }, { model: 'granite' })).provider).toBe('unknown')
  })

  test('rows that cannot be used say why, and hide no other', () => {
    const { models, rejected } = read(
      row('good'),
      row('openai/*'),
      row(''),
      row(' padded'),
      row('bell\u0007'),
      row('x'.repeat(201)),
      row('negative', { input_cost_per_token: -1 }),
      row(7),
      { model_name: 'no-facts' },
      null,
      'text',
    )
    expect(models.map((model) => model.name)).toEqual(['good'])
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'wildcard',
      'invalid_name',
      'invalid_name',
      'invalid_name',
      'invalid_name',
      'invalid_price',
      'malformed',
      'malformed',
      'malformed',
      'malformed',
    ])
    expect(rejected.at(-1)?.name).toBe('row 11')
  })

  test('nonsense sizes are unknown sizes', () => {
    const model = only(row('m', { max_input_tokens: -5, max_output_tokens: 1e300, max_tokens: null }))
    expect(model).toMatchObject({ contextLength: null, maxOutputTokens: null })
  })
})

describe('comparing catalogues', () => {
  const [a, b] = [only(row('a')), only(row('b'))]
  const stored = (model: CatalogueModel, isAvailable = true) => ({ model, isAvailable })

  test('nothing new changes nothing', () => {
    expect(compareCatalogue([stored(a)], [a])).toEqual({ added: [], updated: [], gone: [] })
  })

  test('added, changed, gone, back again', () => {
    expect(compareCatalogue([stored(a)], [a, b])).toEqual({ added: [b], updated: [], gone: [] })
    const dearer = { ...a, inputPriceNanoPerMillion: 1n }
    expect(compareCatalogue([stored(a)], [dearer])).toEqual({ added: [], updated: [dearer], gone: [] })
    expect(compareCatalogue([stored(a), stored(b)], [b])).toEqual({ added: [], updated: [], gone: ['a'] })
    expect(compareCatalogue([stored(a, false), stored(b)], [b])).toEqual({ added: [], updated: [], gone: [] })
    expect(compareCatalogue([stored(a, false)], [a])).toEqual({ added: [], updated: [a], gone: [] })
  })

  test('what is on its way to LiteLLM is left alone until it has arrived', () => {
    const dearer = { ...a, inputPriceNanoPerMillion: 1n }
    const held = { model: a, isAvailable: true, isHeld: true }
    expect(compareCatalogue([held], [dearer])).toEqual({ added: [], updated: [], gone: [] })
    expect(compareCatalogue([held], [b])).toEqual({ added: [b], updated: [], gone: [] })
  })

  test('what we removed does not come back by itself, but by another deployment', () => {
    const removed = { model: a, isAvailable: false, removedIds: a.litellmIds }
    expect(compareCatalogue([removed], [a]).updated).toEqual([])
    const again = { ...a, litellmIds: ['another'] }
    expect(compareCatalogue([removed], [again]).updated).toEqual([again])
  })

  test("the administrator's choice of restriction is not undone by the proxy's proposal", () => {
    expect(compareCatalogue([stored({ ...a, isRestrictedHint: true })], [a]).updated).toEqual([])
  })
})

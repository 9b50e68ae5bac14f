import { uuidOf } from '../random.ts'

/** A model of the busy catalogue. Prices are nano-USD per million tokens, times milliseconds. */
export interface BusyModel {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly mode: 'chat' | 'embedding'
  readonly contextLength: number
  readonly maxOutputTokens: number | null
  readonly inputPriceNano: bigint
  readonly cachedInputPriceNano: bigint | null
  readonly outputPriceNano: bigint
  readonly isRestricted: boolean
  readonly abilities: readonly string[]
  readonly description: string
  /** How much of the traffic comes its way, against the others. */
  readonly weight: number
  /** Medians of the time to the first token, and of the time for each token after it. */
  readonly firstTokenMs: number
  readonly tokenMs: number
}

type Line = readonly [
  name: string,
  provider: string,
  contextThousands: number,
  inputUsd: number,
  outputUsd: number,
  weight: number,
  marks: string,
]

// Marks: r restricted, v vision, t tools, c cached input is cheaper, e embeddings, z reasoning.
const lines: readonly Line[] = [
  ['aurora-3b', 'openai', 32, 0.04, 0.08, 5, 't'],
  ['aurora-8b', 'openai', 128, 0.1, 0.2, 12, 'tc'],
  ['aurora-70b', 'openai', 128, 0.6, 0.9, 9, 'tc'],
  ['aurora-405b', 'openai', 128, 2.7, 2.7, 2, 'rtc'],
  ['aurora-vision-11b', 'openai', 128, 0.2, 0.2, 3, 'vt'],
  ['aurora-vision-90b', 'openai', 128, 0.9, 0.9, 1, 'rvt'],
  ['basalt-2b', 'watsonx', 128, 0.02, 0.05, 3, ''],
  ['basalt-8b', 'watsonx', 128, 0.08, 0.2, 6, 't'],
  ['basalt-34b-code', 'watsonx', 8, 0.4, 0.6, 4, ''],
  ['basalt-guardian', 'watsonx', 8, 0.1, 0.1, 2, 'r'],
  ['basalt-embed-125m', 'watsonx', 1, 0.01, 0, 4, 'e'],
  ['basalt-embed-278m', 'watsonx', 1, 0.02, 0, 3, 'e'],
  ['cirrus-small', 'mistral', 32, 0.1, 0.3, 6, 't'],
  ['cirrus-medium', 'mistral', 128, 0.4, 2, 4, 'tc'],
  ['cirrus-large', 'mistral', 128, 2, 6, 3, 'rtc'],
  ['cirrus-code', 'mistral', 256, 0.3, 0.9, 5, 't'],
  ['cirrus-mix-8x7b', 'mistral', 32, 0.5, 0.7, 2, ''],
  ['cirrus-embed', 'mistral', 8, 0.1, 0, 2, 'e'],
  ['delta-0.5b', 'hosted_vllm', 32, 0.01, 0.02, 1, ''],
  ['delta-7b', 'hosted_vllm', 128, 0.07, 0.1, 5, 't'],
  ['delta-14b', 'hosted_vllm', 128, 0.15, 0.3, 4, 't'],
  ['delta-32b', 'hosted_vllm', 128, 0.4, 0.6, 4, 'tc'],
  ['delta-72b', 'hosted_vllm', 128, 0.9, 1.2, 2, 'rt'],
  ['delta-code-32b', 'hosted_vllm', 128, 0.4, 0.7, 5, 't'],
  ['delta-reason-32b', 'hosted_vllm', 128, 0.5, 1.6, 2, 'z'],
  ['delta-vision-7b', 'hosted_vllm', 32, 0.15, 0.3, 2, 'v'],
  ['delta-embed-600m', 'hosted_vllm', 32, 0.02, 0, 3, 'e'],
  ['ember-mini', 'azure', 128, 0.15, 0.6, 9, 'vtc'],
  ['ember-standard', 'azure', 128, 2.5, 10, 4, 'rvtc'],
  ['ember-reason', 'azure', 200, 1.1, 4.4, 2, 'rtzc'],
  ['ember-embed-small', 'azure', 8, 0.02, 0, 5, 'e'],
  ['ember-embed-large', 'azure', 8, 0.13, 0, 2, 'e'],
  ['fjord-haiku', 'anthropic', 200, 0.8, 4, 3, 'vtc'],
  ['fjord-sonnet', 'anthropic', 200, 3, 15, 2, 'rvtc'],
  ['fjord-opus', 'anthropic', 200, 15, 75, 1, 'rvtzc'],
  ['glacier-flash', 'vertex_ai', 1000, 0.1, 0.4, 6, 'vtc'],
  ['glacier-pro', 'vertex_ai', 1000, 1.25, 5, 2, 'rvtc'],
  ['glacier-gemmule-9b', 'vertex_ai', 8, 0.1, 0.1, 2, ''],
  ['harbor-instruct-7b', 'hosted_vllm', 4, 0.05, 0.05, 1, ''],
  ['harbor-legal-70b', 'hosted_vllm', 32, 0.9, 1.8, 1, 'r'],
]

const nano = (usd: number): bigint => BigInt(Math.round(usd * 1e9))

function modelOf([name, provider, contextThousands, input, output, weight, marks]: Line): BusyModel {
  const has = (mark: string): boolean => marks.includes(mark)
  const isEmbedding = has('e')
  const abilities = [
    ...(isEmbedding ? ['embeddings'] : ['chat']),
    ...(has('t') ? ['function_calling'] : []),
    ...(has('z') ? ['reasoning'] : []),
    ...(has('v') ? ['vision'] : []),
  ]
  return {
    id: uuidOf(`litemaas busy model ${name}`),
    name,
    provider,
    mode: isEmbedding ? 'embedding' : 'chat',
    contextLength: contextThousands * 1024,
    maxOutputTokens: isEmbedding ? null : Math.min(contextThousands * 512, 16_384),
    inputPriceNano: nano(input),
    cachedInputPriceNano: has('c') ? nano(input) / 4n : null,
    outputPriceNano: nano(output),
    isRestricted: has('r'),
    abilities: abilities.sort(),
    description: `${isEmbedding ? 'Vectors for search.' : 'Chat and completion.'} ${has('r') ? 'An administrator approves who may use it.' : 'Open to everybody.'}`,
    weight,
    firstTokenMs: isEmbedding ? 40 : 120 + Math.round(160 * Math.sqrt(output)) + (has('z') ? 900 : 0),
    tokenMs: 5 + Math.round(4 * Math.sqrt(output)),
  }
}

/** Forty models that no provider sells. */
export const busyModels: readonly BusyModel[] = lines.map(modelOf)

import type { Call } from './call.ts'
import type { GrantedModel } from './grants.ts'
import { messagesBound } from './messages-bound.ts'
import { OPERATIONS } from './operations.ts'

const PER_MESSAGE = 16
/** Longest that a token may be on average is one byte, so bytes bound tokens from above. */
const bytesOf = (text: string): number => Buffer.byteLength(text)

type Item = Record<string, unknown>
const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Text of a content value, with a ceiling for each part that is not text. */
function contentBound(content: unknown, mediaCeiling: number): number {
  if (typeof content === 'string') return bytesOf(content)
  if (!Array.isArray(content))
    return content === undefined || content === null ? 0 : bytesOf(JSON.stringify(content))
  return content.reduce<number>((sum, part) => {
    if (!isItem(part)) return sum + (typeof part === 'string' ? bytesOf(part) : 0)
    const type = part['type']
    if (typeof type === 'string' && /image|audio|video|file/.test(type)) return sum + mediaCeiling
    const text = part['text']
    return sum + (typeof text === 'string' ? bytesOf(text) : bytesOf(JSON.stringify(part)))
  }, 0)
}

function messageBound(message: unknown, mediaCeiling: number): number {
  if (typeof message === 'string') return PER_MESSAGE + bytesOf(message)
  if (!isItem(message)) return PER_MESSAGE
  const { content, role: _role, ...rest } = message
  const others = Object.keys(rest).length === 0 ? 0 : bytesOf(JSON.stringify(rest))
  return PER_MESSAGE + contentBound(content, mediaCeiling) + others
}

const listBound = (value: unknown, mediaCeiling: number): number =>
  Array.isArray(value)
    ? value.reduce<number>((sum, one) => sum + messageBound(one, mediaCeiling), 0)
    : messageBound(value, mediaCeiling)

const jsonBound = (value: unknown): number =>
  value === undefined || value === null ? 0 : bytesOf(JSON.stringify(value))

/** Text, list of texts, or lists of token ids. */
function inputBound(input: unknown): number {
  if (typeof input === 'string') return bytesOf(input)
  if (!Array.isArray(input)) return jsonBound(input)
  return input.reduce<number>((sum, one) => sum + (typeof one === 'number' ? 1 : inputBound(one)), 0)
}

function unboundedInput(call: Call, ceiling: number): number {
  const { body } = call
  const tools = jsonBound(body['tools']) + jsonBound(body['functions']) + jsonBound(body['response_format'])
  switch (call.operation) {
    case 'messages':
      return messagesBound(body, ceiling)
    case 'chat':
      return listBound(body['messages'] ?? [], ceiling) + tools
    case 'completions':
      return inputBound(body['prompt']) + inputBound(body['suffix'] ?? '')
    case 'embeddings':
      return inputBound(body['input'])
    case 'responses':
      // A conversation kept elsewhere may add up to the whole context.
      if (body['previous_response_id'] !== undefined && body['previous_response_id'] !== null)
        return Number.MAX_SAFE_INTEGER
      return (
        listBound(body['input'] ?? '', ceiling) +
        jsonBound(body['instructions']) +
        tools +
        jsonBound(body['text'])
      )
    default:
      // Not paid by tokens.
      return 0
  }
}

/** The most tokens that a call can use, each a safe upper bound. */
export interface WorstCase {
  readonly inputTokens: number
  /** Of all choices together. */
  readonly outputTokens: number
  /** What one choice is limited to upstream. */
  readonly outputLimit: number
}

/** `defaultOutput` is what is assumed, and then asked for, where the client set no limit. */
export function worstCase(call: Call, model: GrantedModel, defaultOutput: number): WorstCase {
  if (OPERATIONS[call.operation].pricing !== 'tokens')
    return { inputTokens: 0, outputTokens: 0, outputLimit: 0 }
  const unlimited = Number.MAX_SAFE_INTEGER
  const inputs =
    call.operation === 'embeddings' && Array.isArray(call.body['input']) ? call.body['input'].length : 1
  const context = (model.contextLength ?? unlimited / inputs) * inputs
  const inputTokens = Math.min(context, unboundedInput(call, model.imageTokenCeiling), 2_000_000_000)
  const most = model.maxOutputTokens ?? unlimited
  const outputLimit = Math.min(call.maxOutputTokens ?? Math.min(most, defaultOutput), most)
  return { inputTokens, outputLimit, outputTokens: outputLimit * call.choices }
}

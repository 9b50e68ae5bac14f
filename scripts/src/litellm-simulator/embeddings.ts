import { numbers } from './answers.ts'
import { json, type Handler } from './exchange.ts'
import { numberOf, stringOf, type JsonObject } from './json.ts'
import { book } from './bookings.ts'
import { callHeaders } from './call-headers.ts'
import { admit, checkContext, reject, rejectMissing, reportedUsage } from './model-call.ts'
import { countTokens } from './tokens.ts'

const defaultDimensions = 384

function inputsOf(input: unknown): string[] {
  if (typeof input === 'string') return [input]
  if (!Array.isArray(input)) return []
  const items = input as unknown[]
  if (items.length > 0 && items.every((item) => typeof item === 'number')) return [items.join(' ')]
  return items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
}

/** A unit vector that depends on the text only. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const next = numbers(text, 7)
  const vector = Float32Array.from({ length: dimensions }, () => next() * 2 - 1)
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

function encoded(vector: Float32Array, format: string | null): unknown {
  if (format !== 'base64') return [...vector]
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

export const embeddings: Handler = (exchange) => {
  const call = admit(exchange, 'aembedding')
  const inputs = inputsOf(call.body['input'])
  if (inputs.length === 0) rejectMissing(call, 'input')
  if (call.model.model_info['mode'] === 'chat')
    reject(call, `litellm.BadRequestError: ${call.modelName} does not embed`)
  const dimensions = numberOf(call.body['dimensions']) ?? defaultDimensions
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 4096) {
    reject(call, "litellm.BadRequestError: 'dimensions' must be between 1 and 4096")
  }
  const promptTokens = inputs.reduce((sum, input) => sum + countTokens(input), 0)
  checkContext(call, promptTokens)
  const format = stringOf(call.body['encoding_format'])
  const usage = reportedUsage(call, { promptTokens, completionTokens: 0, cachedTokens: 0 })
  // An embedding answer has no id of its own, so the log row takes the id of the call.
  const cost = book(call, exchange.callId, usage)
  const answer: JsonObject = {
    model: call.modelName,
    data: inputs.map((input, index) => ({
      embedding: encoded(vectorOf(input, dimensions), format),
      index,
      object: 'embedding',
    })),
    object: 'list',
  }
  if (exchange.fault?.usageMissing !== true) {
    answer['usage'] = {
      completion_tokens: 0,
      prompt_tokens: usage.promptTokens,
      total_tokens: usage.promptTokens,
    }
  }
  return json(answer, callHeaders(call, cost))
}

import { numbers } from './answers.ts'
import { book } from './bookings.ts'
import { callHeaders } from './call-headers.ts'
import { sha256, json, type Answer, type Handler } from './exchange.ts'
import { isObject, numberOf, stringOf, type JsonObject } from './json.ts'
import { admit, reject, rejectMissing, type CallType, type ModelCall } from './model-call.ts'

/** What these calls use is not told in tokens. */
const noTokens = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 }

function admitMode(exchange: Parameters<Handler>[0], callType: CallType, mode: string): ModelCall {
  const call = admit(exchange, callType)
  if (call.model.model_info['mode'] !== mode)
    reject(call, `litellm.BadRequestError: ${call.modelName} cannot be called so; its mode is not ${mode}`)
  return call
}

const booked = (call: ModelCall): Record<string, string> =>
  callHeaders(call, book(call, call.exchange.callId, noTokens))

/** Text that depends on the recording only. */
const heard = (file: unknown): string => `Heard ${sha256(JSON.stringify(file ?? null)).slice(0, 12)}.`

export const transcriptions: Handler = (exchange) => {
  const call = admitMode(exchange, 'atranscription', 'audio_transcription')
  const file = call.body['file']
  if (!isObject(file)) rejectMissing(call, 'file')
  const text = heard(file)
  if (call.body['stream'] === 'true') {
    return {
      kind: 'stream',
      headers: callHeaders(call, null),
      run: async (sink) => {
        book(call, exchange.callId, noTokens)
        for (const delta of text.split(/(?<= )/)) await sink.frame({ type: 'transcript.text.delta', delta })
        await sink.frame({ type: 'transcript.text.done', text })
      },
    }
  }
  if (call.body['response_format'] === 'text')
    return bytes(booked(call), 'text/plain; charset=utf-8', `${text}\n`)
  return json({ text }, booked(call))
}

export const speech: Handler = (exchange) => {
  const call = admitMode(exchange, 'aspeech', 'audio_speech')
  const input = stringOf(call.body['input'])
  if (input === null) rejectMissing(call, 'input')
  const next = numbers(input, 3)
  // Enough for several pieces on the wire.
  const sound = Buffer.from(Uint8Array.from({ length: 100_000 }, () => Math.floor(next() * 256)))
  return bytes(booked(call), 'audio/mpeg', sound)
}

function bytes(headers: Record<string, string>, type: string, content: string | Buffer): Answer {
  return { kind: 'bytes', headers, type, content: Buffer.from(content) }
}

const imagesOf = (prompt: string, count: number): JsonObject[] =>
  Array.from({ length: count }, (_unused, index) => ({
    b64_json: Buffer.from(`image ${index} of ${prompt}`).toString('base64'),
  }))

const makesImages =
  (callType: 'aimage_generation' | 'aimage_edit'): Handler =>
  (exchange) => {
    const call = admitMode(exchange, callType, 'image_generation')
    const prompt = stringOf(call.body['prompt'])
    if (prompt === null) rejectMissing(call, 'prompt')
    if (callType === 'aimage_edit' && !isObject(call.body['image'] ?? call.body['image[]']))
      rejectMissing(call, 'image')
    const created = Math.floor(exchange.startedAt.getTime() / 1000)
    return json({ created, data: imagesOf(prompt, numberOf(call.body['n']) ?? 1) }, booked(call))
  }

export const images = makesImages('aimage_generation')
export const imageEdits = makesImages('aimage_edit')

/** Documents that share more words with the question come first. */
export const rerank: Handler = (exchange) => {
  const call = admitMode(exchange, 'arerank', 'rerank')
  const query = stringOf(call.body['query'])
  const documents = call.body['documents']
  if (query === null) rejectMissing(call, 'query')
  if (!Array.isArray(documents)) rejectMissing(call, 'documents')
  const words = new Set(query.toLowerCase().split(/\W+/))
  const results = (documents as unknown[])
    .map((document, index) => {
      const own = JSON.stringify(document).toLowerCase().split(/\W+/)
      return {
        index,
        relevance_score: own.filter((word) => word !== '' && words.has(word)).length / own.length,
      }
    })
    .sort((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, numberOf(call.body['top_n']) ?? documents.length)
  return json({ id: exchange.callId, results, meta: { billed_units: { search_units: 1 } } }, booked(call))
}

export const moderations: Handler = (exchange) => {
  const call = admitMode(exchange, 'amoderation', 'moderation')
  const { input } = call.body
  if (input === undefined) rejectMissing(call, 'input')
  const inputs = Array.isArray(input) ? (input as unknown[]) : [input]
  const results = inputs.map((one) => {
    const flagged = JSON.stringify(one).includes('harm')
    return { flagged, categories: { violence: flagged }, category_scores: { violence: flagged ? 0.9 : 0.01 } }
  })
  return json({ id: `modr-${exchange.callId}`, model: call.modelName, results }, booked(call))
}

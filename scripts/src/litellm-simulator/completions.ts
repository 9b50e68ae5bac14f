import { randomUUID } from 'node:crypto'
import { generateText, type GeneratedText } from './answers.ts'
import { streamUsageBody, usageBody } from './chat.ts'
import { json, type Handler } from './exchange.ts'
import { numberOf, objectOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import { book } from './bookings.ts'
import { callHeaders } from './call-headers.ts'
import {
  admit,
  checkContext,
  reject,
  rejectMissing,
  reportedUsage,
  type CallUsage,
  type ModelCall,
} from './model-call.ts'
import type { StreamSink } from './stream.ts'
import { countTokens } from './tokens.ts'

function promptsOf(body: JsonObject): string[] {
  const prompt = body['prompt']
  if (typeof prompt === 'string') return [prompt]
  const texts = stringsOf(prompt)
  return texts.length > 0
    ? texts
    : Array.isArray(prompt) && prompt.length > 0
      ? [`(${prompt.length} tokens)`]
      : []
}

/** Legacy text completions. */
export const completions: Handler = (exchange) => {
  const call = admit(exchange, 'atext_completion')
  const { body } = call
  const prompts = promptsOf(body)
  if (prompts.length === 0) rejectMissing(call, 'prompt')
  const promptTokens = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0)
  checkContext(call, promptTokens)
  const count = numberOf(body['n']) ?? 1
  if (!Number.isInteger(count) || count < 1 || count > 128)
    reject(call, "litellm.BadRequestError: 'n' must be between 1 and 128")
  const stop = typeof body['stop'] === 'string' ? [body['stop']] : stringsOf(body['stop'])
  const texts = prompts.flatMap((prompt) =>
    Array.from({ length: count }, (_unused, seed) =>
      generateText({
        prompt,
        seed,
        isLong: call.modelName.includes('storyteller'),
        // The legacy API stops after 16 tokens unless told otherwise.
        maxTokens: numberOf(body['max_tokens']) ?? 16,
        stop,
        scripted: stringOf(body['mock_response']),
      }),
    ),
  )
  const id = `cmpl-${randomUUID()}`
  if (body['stream'] === true) {
    return {
      kind: 'stream',
      headers: callHeaders(call, null),
      run: (sink) => stream(call, sink, id, texts, promptTokens),
    }
  }
  const completionTokens = texts.reduce((sum, text) => sum + text.tokens, 0)
  const usage = reportedUsage(call, { promptTokens, completionTokens, cachedTokens: 0 })
  const cost = book(call, id, usage)
  const answer: JsonObject = {
    id,
    object: 'text_completion',
    created: Math.floor(exchange.startedAt.getTime() / 1000),
    model: call.modelName,
    choices: texts.map((text, index) => ({
      finish_reason: text.finishReason,
      index,
      logprobs: null,
      text: text.text,
    })),
  }
  if (exchange.fault?.usageMissing !== true) answer['usage'] = usageBody(usage)
  return json(answer, callHeaders(call, cost))
}

async function stream(
  call: ModelCall,
  sink: StreamSink,
  id: string,
  texts: readonly GeneratedText[],
  promptTokens: number,
): Promise<void> {
  const produced = texts.map(() => '')
  const created = Math.floor(call.exchange.startedAt.getTime() / 1000)
  const frame = { id, object: 'text_completion', created, model: call.modelName }
  const usageNow = (): CallUsage =>
    reportedUsage(call, {
      promptTokens,
      completionTokens: produced.reduce((sum, text) => sum + countTokens(text), 0),
      cachedTokens: 0,
    })
  let isBooked = false
  try {
    for (const [index, generated] of texts.entries()) {
      for (const text of generated.pieces) {
        call.firstChunkAt ??= new Date()
        produced[index] += text
        await sink.frame({ ...frame, choices: [{ index, text }] })
      }
      await sink.frame({
        ...frame,
        choices: [{ finish_reason: generated.finishReason, index }],
      })
    }
    const usage = usageNow()
    book(call, id, usage)
    isBooked = true
    const isAsked = objectOf(call.body['stream_options'])['include_usage'] === true
    if (isAsked && call.exchange.fault?.usageMissing !== true) {
      await sink.frame({ ...frame, choices: [{ index: 0 }], usage: streamUsageBody(call, usage) })
    }
    await sink.done()
  } finally {
    if (!isBooked) book(call, id, usageNow())
  }
}

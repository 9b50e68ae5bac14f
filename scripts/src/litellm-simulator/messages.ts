import { randomUUID } from 'node:crypto'
import { generateText, type GeneratedText } from './answers.ts'
import { promptOf } from './chat.ts'
import { json, type Handler } from './exchange.ts'
import { numberOf, stringsOf, type JsonObject } from './json.ts'
import { book } from './bookings.ts'
import { callHeaders } from './call-headers.ts'
import {
  admit,
  checkContext,
  rejectMissing,
  reportedUsage,
  type CallUsage,
  type ModelCall,
} from './model-call.ts'
import type { StreamSink } from './stream.ts'
import { countContentTokens, countPromptTokens, countTokens } from './tokens.ts'

function usageBody(usage: CallUsage): JsonObject {
  return {
    // Here cached tokens stand beside the others.
    input_tokens: usage.promptTokens - usage.cachedTokens,
    output_tokens: usage.completionTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cachedTokens,
  }
}

function stopReason(generated: GeneratedText): string {
  return generated.finishReason === 'length' ? 'max_tokens' : 'end_turn'
}

/** Anthropic's Messages API, text only. */
export const messages: Handler = (exchange) => {
  const call = admit(exchange, 'anthropic_messages')
  const list = Array.isArray(call.body['messages']) ? (call.body['messages'] as unknown[]) : []
  if (list.length === 0) rejectMissing(call, 'messages')
  const promptTokens = countPromptTokens(list, call.body['tools']) + countContentTokens(call.body['system'])
  checkContext(call, promptTokens)
  const generated = generateText({
    prompt: promptOf(list),
    seed: 0,
    isLong: call.modelName.includes('storyteller'),
    maxTokens: numberOf(call.body['max_tokens']),
    stop: stringsOf(call.body['stop_sequences']),
    scripted: null,
  })
  const id = `msg_${randomUUID()}`
  if (call.body['stream'] === true) {
    return {
      kind: 'stream',
      headers: callHeaders(call, null),
      run: (sink) => stream(call, sink, id, generated, promptTokens),
    }
  }
  const usage = reportedUsage(call, { promptTokens, completionTokens: generated.tokens, cachedTokens: 0 })
  const cost = book(call, id, usage)
  return json(
    {
      id,
      type: 'message',
      role: 'assistant',
      model: call.modelName,
      content: [{ type: 'text', text: generated.text }],
      stop_reason: stopReason(generated),
      stop_sequence: null,
      ...(exchange.fault?.usageMissing === true ? {} : { usage: usageBody(usage) }),
    },
    callHeaders(call, cost),
  )
}

/** Free: nothing is booked. */
export const messageTokens: Handler = (exchange) => {
  const call = admit(exchange, 'anthropic_messages')
  const list = Array.isArray(call.body['messages']) ? (call.body['messages'] as unknown[]) : []
  if (list.length === 0) rejectMissing(call, 'messages')
  exchange.state.limits.release(call.scopes, 0)
  const tokens = countPromptTokens(list, call.body['tools']) + countContentTokens(call.body['system'])
  return json({ input_tokens: tokens })
}

async function stream(
  call: ModelCall,
  sink: StreamSink,
  id: string,
  generated: GeneratedText,
  promptTokens: number,
): Promise<void> {
  let produced = ''
  let isBooked = false
  const usageNow = (): CallUsage =>
    reportedUsage(call, { promptTokens, completionTokens: countTokens(produced), cachedTokens: 0 })
  const send = (type: string, fields: JsonObject): Promise<void> => sink.frame({ type, ...fields }, type)
  try {
    await send('message_start', {
      message: {
        id,
        type: 'message',
        role: 'assistant',
        model: call.modelName,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        // What a translated protocol tells only at the end stands as zero here.
        usage: {
          input_tokens: 0,
          output_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
        },
      },
    })
    await send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    for (const text of generated.pieces) {
      call.firstChunkAt ??= new Date()
      produced += text
      await send('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
    }
    await send('content_block_stop', { index: 0 })
    const usage = usageNow()
    book(call, id, usage)
    isBooked = true
    await send('message_delta', {
      delta: { stop_reason: stopReason(generated), stop_sequence: null },
      usage:
        call.exchange.fault?.usageMissing === true ? { input_tokens: 0, output_tokens: 0 } : usageBody(usage),
    })
    await send('message_stop', {})
  } finally {
    if (!isBooked) book(call, id, usageNow())
  }
}

import { randomUUID } from 'node:crypto'
import { generateText, type GeneratedText } from './answers.ts'
import { promptOf } from './chat.ts'
import { json, type Handler } from './exchange.ts'
import { isObject, numberOf, stringOf, type JsonObject } from './json.ts'
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
import { countPromptTokens, countTokens } from './tokens.ts'

function messagesOf(body: JsonObject): JsonObject[] {
  const input = body['input']
  const instructions = stringOf(body['instructions'])
  const system: JsonObject[] = instructions === null ? [] : [{ role: 'system', content: instructions }]
  if (typeof input === 'string') return [...system, { role: 'user', content: input }]
  return Array.isArray(input) ? [...system, ...input.filter(isObject)] : []
}

interface Reply {
  id: string
  itemId: string
  generated: GeneratedText
  promptTokens: number
}

function usageBody(usage: CallUsage): JsonObject {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.promptTokens + usage.completionTokens,
  }
}

function outputItem(reply: Reply, text: string, status: string): JsonObject {
  const content = [{ type: 'output_text', text, annotations: [] }]
  return { type: 'message', id: reply.itemId, status, role: 'assistant', content }
}

function responseBody(call: ModelCall, reply: Reply, status: string, usage: CallUsage | null): JsonObject {
  const isCut = reply.generated.finishReason === 'length'
  const isOver = status !== 'in_progress'
  return {
    id: reply.id,
    object: 'response',
    created_at: Math.floor(call.exchange.startedAt.getTime() / 1000),
    status,
    error: null,
    incomplete_details: isOver && isCut ? { reason: 'max_output_tokens' } : null,
    instructions: call.body['instructions'] ?? null,
    max_output_tokens: call.body['max_output_tokens'] ?? null,
    metadata: call.body['metadata'] ?? {},
    model: call.modelName,
    output: isOver ? [outputItem(reply, reply.generated.text, isCut ? 'incomplete' : 'completed')] : [],
    parallel_tool_calls: true,
    previous_response_id: call.body['previous_response_id'] ?? null,
    temperature: call.body['temperature'] ?? 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: usage === null || call.exchange.fault?.usageMissing === true ? null : usageBody(usage),
    user: call.body['user'] ?? null,
  }
}

/** OpenAI's Responses API, text only. */
export const responses: Handler = (exchange) => {
  const call = admit(exchange, 'aresponses')
  const messages = messagesOf(call.body)
  if (messages.length === 0) rejectMissing(call, 'input')
  const promptTokens = countPromptTokens(messages)
  checkContext(call, promptTokens)
  const generated = generateText({
    prompt: promptOf(messages),
    seed: 0,
    isLong: call.modelName.includes('storyteller'),
    maxTokens: numberOf(call.body['max_output_tokens']),
    stop: [],
    scripted: stringOf(call.body['mock_response']),
  })
  const bare = randomUUID().replaceAll('-', '')
  const reply: Reply = { id: `resp_${bare}`, itemId: `msg_${bare}`, generated, promptTokens }
  if (call.body['stream'] === true) {
    return { kind: 'stream', headers: callHeaders(call, null), run: (sink) => stream(call, sink, reply) }
  }
  const usage = reportedUsage(call, { promptTokens, completionTokens: generated.tokens, cachedTokens: 0 })
  const cost = book(call, reply.id, usage)
  return json(responseBody(call, reply, endStatus(reply), usage), callHeaders(call, cost))
}

function endStatus(reply: Reply): 'completed' | 'incomplete' {
  return reply.generated.finishReason === 'length' ? 'incomplete' : 'completed'
}

async function stream(call: ModelCall, sink: StreamSink, reply: Reply): Promise<void> {
  let produced = ''
  let isBooked = false
  let sequence = 0
  const usageNow = (): CallUsage =>
    reportedUsage(call, {
      promptTokens: reply.promptTokens,
      completionTokens: countTokens(produced),
      cachedTokens: 0,
    })
  const send = (type: string, fields: JsonObject): Promise<void> => {
    const frame = { type, ...fields, sequence_number: sequence, model: call.modelName }
    sequence += 1
    // LiteLLM repeats no `event:` line; the type stands in the payload alone.
    return sink.frame(frame)
  }
  const place = { item_id: reply.itemId, output_index: 0, content_index: 0 }
  const part = (text: string): JsonObject => ({ type: 'output_text', text, annotations: [] })
  try {
    await send('response.created', { response: responseBody(call, reply, 'in_progress', null) })
    await send('response.in_progress', { response: responseBody(call, reply, 'in_progress', null) })
    await send('response.output_item.added', {
      output_index: 0,
      item: { ...outputItem(reply, '', 'in_progress'), content: [] },
    })
    await send('response.content_part.added', { ...place, part: part('') })
    for (const delta of reply.generated.pieces) {
      call.firstChunkAt ??= new Date()
      produced += delta
      await send('response.output_text.delta', { ...place, delta })
    }
    const { text } = reply.generated
    await send('response.output_text.done', { ...place, text })
    await send('response.content_part.done', { ...place, part: part(text) })
    await send('response.output_item.done', {
      output_index: 0,
      item: outputItem(reply, text, endStatus(reply)),
    })
    const usage = usageNow()
    book(call, reply.id, usage)
    isBooked = true
    const status = endStatus(reply)
    await send(`response.${status}`, { response: responseBody(call, reply, status, usage) })
    await sink.done()
  } finally {
    if (!isBooked) book(call, reply.id, usageNow())
  }
}

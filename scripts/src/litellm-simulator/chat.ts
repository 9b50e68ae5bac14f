import { randomUUID } from 'node:crypto'
import { generateText, sampleOf, type GeneratedText } from './answers.ts'
import { json, type Handler } from './exchange.ts'
import { isObject, numberOf, objectOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import { book, costOf } from './bookings.ts'
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
import { countPromptTokens, countTokens } from './tokens.ts'
import type { StreamSink } from './stream.ts'

interface ToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

/** One choice of an answer: a text or a tool call. */
interface Choice extends GeneratedText {
  toolCall: ToolCall | null
}

/** The text that an answer is generated from: the last message that has any. */
export function promptOf(messages: readonly unknown[]): string {
  for (const message of [...messages].reverse()) {
    if (!isObject(message)) continue
    const { content } = message
    if (typeof content === 'string') return content
    if (Array.isArray(content)) {
      return content.map((part: unknown) => stringOf(objectOf(part)['text']) ?? '').join(' ')
    }
  }
  return ''
}

function forcedTool(body: JsonObject, prompt: string): JsonObject | null {
  const tools = Array.isArray(body['tools'])
    ? body['tools'].map((tool: unknown) => objectOf(objectOf(tool)['function']))
    : []
  const wanted = body['tool_choice']
  if (wanted === 'none' || tools.length === 0) return null
  if (wanted === 'required') return tools[0] ?? null
  if (isObject(wanted)) {
    const name = objectOf(wanted['function'])['name']
    return tools.find((tool) => tool['name'] === name) ?? null
  }
  return tools.find((tool) => typeof tool['name'] === 'string' && prompt.includes(tool['name'])) ?? null
}

function structured(body: JsonObject, prompt: string): string | null {
  const format = objectOf(body['response_format'])
  if (format['type'] === 'json_object') return JSON.stringify({ answer: prompt.slice(0, 60) })
  if (format['type'] !== 'json_schema') return null
  return JSON.stringify(sampleOf(objectOf(objectOf(format['json_schema'])['schema']), prompt))
}

/** The choices that a chat request gets, without calling anything: the same body always gets the same answer. */
function generateChoices(body: JsonObject, modelName: string): Choice[] {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as unknown[]) : []
  const prompt = promptOf(messages)
  const tool = forcedTool(body, prompt)
  const count = numberOf(body['n']) ?? 1
  const stop = typeof body['stop'] === 'string' ? [body['stop']] : stringsOf(body['stop'])
  return Array.from({ length: count }, (_unused, seed): Choice => {
    if (tool !== null) {
      const text = JSON.stringify(sampleOf(objectOf(tool['parameters']), prompt))
      const name = stringOf(tool['name']) ?? ''
      const toolCall: ToolCall = {
        id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
        type: 'function',
        function: { name, arguments: text },
      }
      const tokens = countTokens(name) + countTokens(text)
      return { pieces: [], text: '', tokens, finishReason: 'tool_calls', toolCall }
    }
    const generated = generateText({
      prompt,
      seed,
      isLong: modelName.includes('storyteller'),
      maxTokens: numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']),
      stop,
      scripted: stringOf(body['mock_response']) ?? structured(body, prompt),
    })
    return { ...generated, toolCall: null }
  })
}

/** Tokens that a chat request costs, as the simulator counts them. */
export function predictUsage(body: JsonObject): { promptTokens: number; completionTokens: number } {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as unknown[]) : []
  const choices = generateChoices(body, stringOf(body['model']) ?? '')
  return {
    promptTokens: countPromptTokens(messages, body['tools']),
    completionTokens: choices.reduce((sum, choice) => sum + choice.tokens, 0),
  }
}

/** Usage as OpenAI's chat answers write it. */
export function usageBody(usage: CallUsage): JsonObject {
  return {
    completion_tokens: usage.completionTokens,
    prompt_tokens: usage.promptTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    completion_tokens_details: { reasoning_tokens: 0 },
    prompt_tokens_details: { cached_tokens: usage.cachedTokens },
  }
}

/** Usage at the end of a stream; newer releases add the cost. */
export function streamUsageBody(call: ModelCall, usage: CallUsage): JsonObject {
  const body = usageBody(usage)
  return call.exchange.state.profile === '1.81' ? body : { ...body, cost: costOf(call.model, usage) }
}

function messageOf(choice: Choice): JsonObject {
  if (choice.toolCall === null) return { content: choice.text, role: 'assistant' }
  return { content: null, role: 'assistant', tool_calls: [choice.toolCall] }
}

export const chat: Handler = (exchange) => {
  const call = admit(exchange, 'acompletion')
  const { body } = call
  if (!Array.isArray(body['messages'])) rejectMissing(call, 'messages')
  const messages = body['messages'] as unknown[]
  const promptTokens = countPromptTokens(messages, body['tools'])
  checkContext(call, promptTokens)
  const count = numberOf(body['n']) ?? 1
  if (!Number.isInteger(count) || count < 1 || count > 128)
    reject(call, "litellm.BadRequestError: 'n' must be between 1 and 128")
  const choices = generateChoices(body, call.modelName)
  const id = `chatcmpl-${randomUUID()}`
  if (body['stream'] === true) {
    return {
      kind: 'stream',
      headers: callHeaders(call, null),
      run: (sink) => stream(call, sink, id, choices, promptTokens),
    }
  }
  const usage = reportedUsage(call, {
    promptTokens,
    completionTokens: choices.reduce((sum, choice) => sum + choice.tokens, 0),
    cachedTokens: 0,
  })
  const cost = book(call, id, usage)
  const answer: JsonObject = {
    id,
    created: Math.floor(exchange.startedAt.getTime() / 1000),
    model: call.modelName,
    object: 'chat.completion',
    choices: choices.map((choice, index) => ({
      finish_reason: choice.finishReason,
      index,
      message: messageOf(choice),
    })),
  }
  if (exchange.fault?.usageMissing !== true) answer['usage'] = usageBody(usage)
  return json(answer, callHeaders(call, cost))
}

async function stream(
  call: ModelCall,
  sink: StreamSink,
  id: string,
  choices: readonly Choice[],
  promptTokens: number,
): Promise<void> {
  const produced = choices.map(() => '')
  let extraTokens = 0
  const frame = {
    id,
    created: Math.floor(call.exchange.startedAt.getTime() / 1000),
    model: call.modelName,
    object: 'chat.completion.chunk',
  }
  const usageNow = (): CallUsage =>
    reportedUsage(call, {
      promptTokens,
      completionTokens: produced.reduce((sum, text) => sum + countTokens(text), extraTokens),
      cachedTokens: 0,
    })
  let isBooked = false
  try {
    for (const [index, choice] of choices.entries()) {
      for (const delta of deltasOf(choice)) {
        call.firstChunkAt ??= new Date()
        // Counted before it is sent: what a vanishing client may have seen is paid for.
        produced[index] += stringOf(delta['content']) ?? ''
        if (delta['tool_calls'] !== undefined && extraTokens === 0) extraTokens = choice.tokens
        await sink.frame({ ...frame, choices: [{ index, delta }] })
      }
      await sink.frame({ ...frame, choices: [{ finish_reason: choice.finishReason, index, delta: {} }] })
    }
    const usage = usageNow()
    book(call, id, usage)
    isBooked = true
    const isAsked = objectOf(call.body['stream_options'])['include_usage'] === true
    if (isAsked && call.exchange.fault?.usageMissing !== true) {
      await sink.frame({ ...frame, choices: [{ index: 0, delta: {} }], usage: streamUsageBody(call, usage) })
    }
    await sink.done()
  } finally {
    if (!isBooked) book(call, id, usageNow())
  }
}

/** The deltas of a choice; the role rides on the first. */
function* deltasOf(choice: Choice): Generator<JsonObject> {
  if (choice.toolCall !== null) {
    const { id, type, function: called } = choice.toolCall
    yield {
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id, type, function: { name: called.name, arguments: '' } }],
    }
    for (const piece of called.arguments.match(/.{1,12}/gs) ?? []) {
      yield { tool_calls: [{ index: 0, function: { arguments: piece } }] }
    }
    return
  }
  for (const [position, content] of choice.pieces.entries()) {
    yield position === 0 ? { role: 'assistant', content } : { content }
  }
}

import { describe, expect, it } from 'vitest'
import { MessagesUsage } from './messages-usage.ts'
import { DIALECTS, EventRelay } from './stream.ts'

const start = (usage: object) => ({ type: 'message_start', message: { id: 'm', usage } })
const delta = (usage: object) => ({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage })
const read = (...events: object[]) => {
  const usage = new MessagesUsage()
  return events.map((event) => usage.read(event)).at(-1)
}

describe('usage of messages', () => {
  it('is spread over a stream of Anthropic’s own models', () => {
    const begun = start({
      input_tokens: 20,
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 100,
      output_tokens: 1,
    })
    expect(read(begun)).toBeUndefined()
    expect(read(begun, { type: 'content_block_delta', delta: { text: '"usage"' } })).toBeUndefined()
    expect(read(begun, delta({ output_tokens: 40 }))).toEqual({
      promptTokens: 125,
      cachedPromptTokens: 100,
      completionTokens: 40,
    })
  })

  it('is a total that grows, not a sum', () => {
    const begun = start({ input_tokens: 20, output_tokens: 1 })
    expect(read(begun, delta({ input_tokens: 20, output_tokens: 9 }), delta({ output_tokens: 12 }))).toEqual({
      promptTokens: 20,
      cachedPromptTokens: 0,
      completionTokens: 12,
    })
  })

  it.each([
    ['nothing at the end', [start({ input_tokens: 20, output_tokens: 1 })]],
    [
      'zeros throughout',
      [start({ input_tokens: 0, output_tokens: 0 }), delta({ input_tokens: 0, output_tokens: 0 })],
    ],
    ['no input at all', [start({}), delta({ output_tokens: 4 })]],
    ['no output at all', [start({ input_tokens: 4 }), delta({ input_tokens: 4 })]],
    ['what no figure can be', [start({ input_tokens: -4 }), delta({ output_tokens: 4 })]],
  ])('is unknown with %s', (_name, events) => {
    expect(read(...events)).toBeUndefined()
  })
})

describe('a stream of messages', () => {
  const event = (content: { type: string }) => `event: ${content.type}\ndata: ${JSON.stringify(content)}\n\n`
  const bytes = Buffer.from(
    event(start({ input_tokens: 20, output_tokens: 1 })) +
      event({ type: 'ping' }) +
      event(delta({ output_tokens: 9 })) +
      event({ type: 'message_stop' }),
  )

  it.each([1, 7, 64, 10_000])('is passed on as it came, in pieces of %d bytes', (size) => {
    const relay = new EventRelay({ hidesUsage: false, dialect: DIALECTS.anthropic })
    const out: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) {
      const shown = relay.push(bytes.subarray(at, at + size))
      if (shown) out.push(shown)
    }
    expect(Buffer.concat(out).toString()).toBe(bytes.toString())
    expect(relay.usage).toMatchObject({ promptTokens: 20, completionTokens: 9 })
    expect(relay.hasFailed).toBe(false)
  })

  it.each([
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"http://10.0.0.1 is down"}}\n\n',
    'data: {"error":{"message":"http://10.0.0.1 is down"}}\n\n',
  ])('tells of a failure without its words: %j', (failure) => {
    const relay = new EventRelay({ hidesUsage: false, dialect: DIALECTS.anthropic })
    expect(relay.push(Buffer.from(failure))?.toString()).toBe(DIALECTS.anthropic.broken.toString())
    expect(relay.hasFailed).toBe(true)
  })
})

import { expect, test } from 'vitest'
import { BrokenAnswer, partsOf, readChat, type ChatPart } from './chat-stream.ts'

const streamOf = (...chunks: string[]) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
        controller.close()
      },
    }),
  )

async function all(response: Response) {
  const parts: ChatPart[] = []
  for await (const part of readChat(response)) parts.push(part)
  return parts
}

test('an answer comes in parts, however the bytes were cut, and ends with what it used', async () => {
  const text = [
    'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n',
    'data: {"choices":[{"delta":{"content":"Grüß"}}]}\n\n',
    'data: {"choices":[{"delta":{"content":" Gott"},"finish_reason":"stop"}]}\n\n',
    'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n',
    'data: [DONE]\n\n',
  ].join('')
  const halves = [text.slice(0, 90), text.slice(90, 91), text.slice(91)]
  const parts = await all(streamOf(...halves))
  expect(parts).toEqual([
    { kind: 'text', text: 'Grüß' },
    { kind: 'text', text: ' Gott' },
    { kind: 'finished', reason: 'stop' },
    { kind: 'usage', usage: { prompt: 3, completion: 2 } },
  ])
})

test('an error in the stream is thrown in the server’s words', async () => {
  const stream = streamOf(
    'data: {"choices":[{"delta":{"content":"a"}}]}\n\n',
    'data: {"error":{"message":"The model went away.","code":"upstream_unavailable"}}\n\n',
  )
  await expect(all(stream)).rejects.toThrow(new BrokenAnswer('The model went away.'))
})

test('what nobody knows is passed over', () => {
  expect(partsOf({ choices: [{ delta: { tool_calls: [] } }], usage: null })).toEqual([])
  expect(partsOf(null)).toEqual([])
})

test('what a model thinks is not what it says', () => {
  expect(partsOf({ choices: [{ delta: { reasoning_content: 'hm' } }] })).toEqual([
    { kind: 'thought', text: 'hm' },
  ])
})

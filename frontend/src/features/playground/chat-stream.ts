import { EventSourceParserStream } from 'eventsource-parser/stream'

/** What a model sends while it answers. */
export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string }
  | { readonly kind: 'usage'; readonly usage: TokenUsage }
  | { readonly kind: 'finished'; readonly reason: string }

export interface TokenUsage {
  readonly prompt: number
  readonly completion: number
}

/** The model broke off in the middle of its answer, and said why. */
export class BrokenAnswer extends Error {}

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The parts of one event of a chat stream, as OpenAI documents it. Throws {@link BrokenAnswer}. */
export function partsOf(event: unknown): readonly ChatPart[] {
  const { error, choices, usage } = fieldsOf(event)
  if (error !== undefined && error !== null) throw new BrokenAnswer(textOf(fieldsOf(error)['message']))
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined
  const { delta, finish_reason: reason } = fieldsOf(first)
  const { content, reasoning_content: thought } = fieldsOf(delta)
  const { prompt_tokens: prompt, completion_tokens: completion } = fieldsOf(usage)
  return [
    ...(textOf(thought) === '' ? [] : [{ kind: 'thought' as const, text: textOf(thought) }]),
    ...(textOf(content) === '' ? [] : [{ kind: 'text' as const, text: textOf(content) }]),
    ...(typeof reason === 'string' ? [{ kind: 'finished' as const, reason }] : []),
    ...(typeof prompt === 'number' && typeof completion === 'number'
      ? [{ kind: 'usage' as const, usage: { prompt, completion } }]
      : []),
  ]
}

/** A streamed answer, part by part. Ends with the stream; throws when it was aborted or broke. */
export async function* readChat(response: Response): AsyncGenerator<ChatPart, void, undefined> {
  const reader = response.body
    ?.pipeThrough<string>(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  if (!reader) return
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      const { data } = step.value
      if (data === '[DONE]') return
      yield* partsOf(JSON.parse(data))
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

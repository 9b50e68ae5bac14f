import { MessagesUsage } from './messages-usage.ts'
import type { TokenUsage } from './prices.ts'
import { usageOf } from './usage-of.ts'

const EVENT_END = Buffer.from('\n\n')
const USAGE = Buffer.from('"usage"')
/** An event larger than this is passed on as it comes. */
const MAX_HELD = 1024 * 1024

const BROKEN = 'The model broke off its answer.'

/** How a stream of one protocol tells of usage and of failure. */
export interface StreamDialect {
  /** What a client is told when the answer does not come to its end. */
  readonly broken: Buffer
  /** What stands in every event that tells of a failure; some others may hold it too. */
  readonly errorMark: string
  /** Beginnings of the events that tell of a failure. */
  readonly errorStarts: readonly Buffer[]
  /** One for each stream: usage may be spread over several events. */
  usageReader(): (content: unknown) => TokenUsage | undefined
}

const OPENAI: StreamDialect = {
  broken: Buffer.from(
    `data: ${JSON.stringify({ error: { message: BROKEN, type: 'server_error', code: 'upstream_unavailable', param: null } })}\n\n`,
  ),
  errorMark: 'data: {"error"',
  errorStarts: [Buffer.from('data: {"error"')],
  usageReader: () => usageOf,
}

const ANTHROPIC: StreamDialect = {
  broken: Buffer.from(
    `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: BROKEN } })}\n\n`,
  ),
  errorMark: '"error"',
  errorStarts: [
    Buffer.from('event: error\n'),
    Buffer.from('data: {"error"'),
    Buffer.from('data: {"type":"error"'),
    Buffer.from('data: {"type": "error"'),
  ],
  usageReader: () => {
    const usage = new MessagesUsage()
    return (content) => usage.read(content)
  },
}

export const DIALECTS = { openai: OPENAI, anthropic: ANTHROPIC } as const

/**
 * Passes server-sent events through, untouched and undelayed, and reads the usage on the way. The event that carries only
 * usage, which we asked for, is kept from a client that did not.
 */
export class EventRelay {
  readonly #hidesUsage: boolean
  readonly #dialect: StreamDialect
  readonly #readUsage: (content: unknown) => TokenUsage | undefined
  #held: Buffer | undefined
  usage: TokenUsage | undefined
  hasFailed = false

  constructor(options: { hidesUsage: boolean; dialect: StreamDialect }) {
    this.#hidesUsage = options.hidesUsage
    this.#dialect = options.dialect
    this.#readUsage = options.dialect.usageReader()
  }

  /** What of this chunk, and of what was held back, the client gets now. */
  push(chunk: Buffer): Buffer | undefined {
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
    this.#held = undefined
    const length = bytes.length
    const endsClean = length > 1 && bytes[length - 1] === 0x0a && bytes[length - 2] === 0x0a
    const end = endsClean ? length - 2 : bytes.lastIndexOf(EVENT_END)
    if (end === -1) {
      if (bytes.length > MAX_HELD) return bytes
      this.#held = bytes
      return undefined
    }
    const complete = end + 2 === bytes.length ? bytes : bytes.subarray(0, end + 2)
    if (complete.length < bytes.length) this.#held = bytes.subarray(end + 2)
    // Nearly every chunk leaves here: no event in it needs a look.
    // One search in a string is cheaper than two in a buffer.
    const text = complete.toString('latin1')
    if (!text.includes('"usage"') && !text.includes(this.#dialect.errorMark)) return complete
    return this.#look(complete)
  }

  /** What is left when the stream has ended without a last blank line. */
  end(): Buffer | undefined {
    const rest = this.#held
    this.#held = undefined
    return rest && this.#look(rest)
  }

  #look(complete: Buffer): Buffer | undefined {
    const kept: Buffer[] = []
    let start = 0
    while (start < complete.length) {
      const found = complete.indexOf(EVENT_END, start)
      const end = found === -1 ? complete.length : found + 2
      const event = complete.subarray(start, end)
      const shown = this.#show(event)
      if (shown) kept.push(shown)
      start = end
    }
    return kept.length === 0 ? undefined : Buffer.concat(kept)
  }

  #show(event: Buffer): Buffer | undefined {
    if (this.#dialect.errorStarts.some((start) => event.subarray(0, start.length).equals(start))) {
      this.hasFailed = true
      return this.#dialect.broken
    }
    if (event.indexOf(USAGE) === -1) return event
    const content = parseEvent(event)
    const usage = this.#readUsage(content)
    if (usage) this.usage = usage
    return usage && this.#hidesUsage && carriesNothingElse(content) ? undefined : event
  }
}

function parseEvent(event: Buffer): unknown {
  const data = event
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n')
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

/** LiteLLM sends one empty choice with the usage, OpenAI an empty list. */
function carriesNothingElse(content: unknown): boolean {
  if (
    typeof content !== 'object' ||
    content === null ||
    !('choices' in content) ||
    !Array.isArray(content.choices)
  )
    return false
  return content.choices.every((choice: unknown) => {
    if (typeof choice !== 'object' || choice === null) return true
    const {
      delta,
      text,
      finish_reason: reason,
    } = choice as { delta?: object; text?: string; finish_reason?: string | null }
    return (
      (reason === undefined || reason === null) &&
      Object.keys(delta ?? {}).length === 0 &&
      (text ?? '') === ''
    )
  })
}

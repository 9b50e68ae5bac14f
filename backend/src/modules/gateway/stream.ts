import type { TokenUsage } from './prices.ts'
import { usageOf } from './usage-of.ts'

const EVENT_END = Buffer.from('\n\n')
const USAGE = Buffer.from('"usage"')
const ERROR = Buffer.from('data: {"error"')
/** An event larger than this is passed on as it comes. */
const MAX_HELD = 1024 * 1024

export const STREAM_BROKEN = Buffer.from(
  `data: ${JSON.stringify({ error: { message: 'The model broke off its answer.', type: 'server_error', code: 'upstream_unavailable', param: null } })}\n\n`,
)

/**
 * Passes server-sent events through, untouched and undelayed, and reads the usage on the way. The event that carries only
 * usage, which we asked for, is kept from a client that did not.
 */
export class EventRelay {
  readonly #hidesUsage: boolean
  #held: Buffer | undefined
  usage: TokenUsage | undefined
  hasFailed = false

  constructor(options: { hidesUsage: boolean }) {
    this.#hidesUsage = options.hidesUsage
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
    if (!text.includes('"usage"') && !text.includes('data: {"error"')) return complete
    return this.#look(complete)
  }

  /** What is left when the stream has ended without a last blank line. */
  end(): Buffer | undefined {
    const rest = this.#held
    this.#held = undefined
    return rest && (rest.indexOf(USAGE) === -1 ? rest : this.#look(rest))
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
    const isError = event.indexOf(ERROR) === 0
    if (isError) {
      this.hasFailed = true
      return STREAM_BROKEN
    }
    if (event.indexOf(USAGE) === -1) return event
    const content = parseEvent(event)
    const usage = usageOf(content)
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

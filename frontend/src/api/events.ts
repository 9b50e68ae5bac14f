import { EventSourceParserStream } from 'eventsource-parser/stream'
import { ApiError } from './api-error.ts'
import type { CallOptions } from './client.ts'

/** One event of `GET /api/v1/events`. */
export interface ServerEvent {
  /** Where to go on after a break. */
  readonly id: string | undefined
  /** `noun.verb`. */
  readonly name: string
  readonly data: unknown
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 15_000

export interface ReadEventsOptions {
  readonly signal?: AbortSignal
  /** Goes on after this event, without a loss and without a repetition. */
  readonly lastEventId?: string
}

/**
 * Events as they happen, for ever: a broken connection is opened anew and goes on where it broke. Ends when `signal`
 * aborts; throws when the server refuses. `open` is `api.streamEvents` or another operation that answers a stream.
 */
export async function* readEvents(
  open: (given: Record<never, never>, options: CallOptions) => Promise<Response>,
  { signal, lastEventId }: ReadEventsOptions = {},
): AsyncGenerator<ServerEvent, void, undefined> {
  let last = lastEventId
  const isOver = () => signal?.aborted === true
  for (let pauseMs = FIRST_PAUSE_MS; !isOver();) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'last-event-id': last }),
      }
      const response = await open({}, { headers, ...(signal === undefined ? {} : { signal }) })
      for await (const event of messagesOf(response)) {
        last = event.id ?? last
        pauseMs = FIRST_PAUSE_MS
        yield event
      }
    } catch (error) {
      if (isOver()) return
      if (error instanceof ApiError && error.status < 500) throw error
    }
    await sleep(pauseMs, signal)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

async function* messagesOf(response: Response): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = response.body
    ?.pipeThrough<string>(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  if (!reader) return
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      const { id, event, data } = step.value
      yield { id, name: event ?? 'message', data: JSON.parse(data) as unknown }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Over early when somebody aborts. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

import { PassThrough, type Writable } from 'node:stream'
import {
  encodeEventCursor,
  isAfter,
  isVisibleTo,
  type AnnouncedEvent,
  type EventCursor,
  type Viewer,
} from '#platform/events'
import type { Caller } from '#platform/services'

/** Bytes that a client may leave unread. */
const MAX_UNSENT = 1024 * 1024
/** Live events that may wait while a client catches up. */
const MAX_WAITING = 5000
/** While it catches up, more is written only when it has read down to this. */
const CALM = 128 * 1024

export type CloseReason = 'signedOut' | 'changed' | 'expired' | 'stopping' | 'unavailable'

const texts = new WeakMap<AnnouncedEvent, string>()

/** One event on the wire; the same text for everybody who gets it. */
function textOf(event: AnnouncedEvent): string {
  const known = texts.get(event)
  if (known !== undefined) return known
  const id = encodeEventCursor(event.cursor, new Date(event.at))
  const data = JSON.stringify({ id, name: event.name, at: event.at, data: event.data })
  const text = `id: ${id}\nevent: ${event.name}\ndata: ${data}\n\n`
  texts.set(event, text)
  return text
}

export interface ClientStreamOptions {
  readonly caller: Caller
  readonly names: readonly string[]
  /** The socket's end, for what it has not taken yet. */
  readonly socket: Writable
}

/** One open stream: what its client may see, what it has got, and how much of that it has left unread. */
export class ClientStream {
  readonly output = new PassThrough()
  readonly caller: Caller
  readonly viewer: Viewer
  readonly names: ReadonlySet<string>
  readonly openedAt = performance.now()
  lastSentAt = performance.now()
  checkedAt = performance.now()
  closedAt: number | undefined
  readonly #socket: Writable
  /** Live events that wait until everything missed has been sent; undefined from then on. */
  #waiting: AnnouncedEvent[] | undefined = []
  #seen: EventCursor | undefined

  constructor(options: ClientStreamOptions) {
    this.caller = options.caller
    this.names = new Set(options.names)
    this.#socket = options.socket
    const { organizationId, userId, permissions, platformRole } = options.caller
    this.viewer = {
      organizationId,
      userId,
      permissions,
      isPlatformAdministrator: platformRole !== 'user',
    }
    // A client that goes away mid-write is no fault.
    this.output.on('error', () => undefined)
  }

  get isOpen(): boolean {
    return !this.output.destroyed && !this.output.writableEnded
  }

  get #unsent(): number {
    return this.output.writableLength + this.output.readableLength + this.#socket.writableLength
  }

  /** The last thing that this client has seen; live events up to here are not sent again. */
  startAfter(cursor: EventCursor): void {
    this.#seen = cursor
  }

  /** Live events, as the feed tells them. */
  offer(events: readonly AnnouncedEvent[]): void {
    const mine = events.filter((event) => this.#isFor(event))
    if (mine.length === 0) return
    if (this.#waiting === undefined) this.#send(mine)
    else this.#waiting.push(...mine)
  }

  /** From now on live events go out as they come, those that waited first. */
  goLive(): void {
    const waiting = (this.#waiting ?? []).filter((event) => this.#isFor(event))
    this.#waiting = undefined
    this.#send(waiting)
  }

  /** A page of what was missed; resolves when the client has taken most of it, or is gone. */
  async replay(events: readonly AnnouncedEvent[]): Promise<void> {
    this.#send(events)
    while (this.isOpen && this.#unsent > CALM) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  #isFor(event: AnnouncedEvent): boolean {
    return (
      (this.names.size === 0 || this.names.has(event.name)) &&
      isVisibleTo(event, this.viewer) &&
      (this.#seen === undefined || isAfter(event.cursor, this.#seen))
    )
  }

  #send(events: readonly AnnouncedEvent[]): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.#seen = last.cursor
    this.write(events.map(textOf).join(''))
  }

  /** Writes a frame of the stream itself; `cursor` is what the client shall name when it comes back. */
  frame(name: string, data: Readonly<Record<string, unknown>>, cursor?: EventCursor): void {
    const id = cursor === undefined ? '' : `id: ${encodeEventCursor(cursor, new Date())}\n`
    this.write(`${id}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** A sign of life. With its id a client that saw nothing for hours still comes back to the right place. */
  heartbeat(cursor: EventCursor | undefined): void {
    if (this.#waiting !== undefined || cursor === undefined) return this.write(': heartbeat\n\n')
    if (this.#seen === undefined || isAfter(cursor, this.#seen)) this.#seen = cursor
    this.write(`: heartbeat\nid: ${encodeEventCursor(this.#seen, new Date())}\n\n`)
  }

  write(text: string): void {
    if (!this.isOpen) return
    this.lastSentAt = performance.now()
    this.output.write(text)
  }

  /** True when the client reads so slowly that it has to go. */
  get isTooSlow(): boolean {
    return this.isOpen && (this.#unsent > MAX_UNSENT || (this.#waiting?.length ?? 0) > MAX_WAITING)
  }

  /** Says why, and hangs up. */
  close(reason: CloseReason): void {
    if (!this.isOpen) return
    this.frame('closed', { reason })
    this.output.end()
    this.closedAt = performance.now()
  }

  /** Hangs up without a word: there is nobody who would hear it in time. */
  drop(): void {
    this.output.destroy()
    this.#socket.destroy()
  }
}

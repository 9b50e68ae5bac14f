import type { FastifyBaseLogger } from 'fastify'
import { callerOfSession, type Identity } from '#identity'
import { ApplicationError } from '#platform/errors'
import {
  decodeEventCursor,
  isAfter,
  TRANSIENT_HOURS,
  type AnnouncedEvent,
  type EventCursor,
  type EventFeed,
} from '#platform/events'
import type { Clock } from '#platform/clock'
import type { Caller } from '#platform/services'
import { ClientStream, type ClientStreamOptions, type CloseReason } from './client-stream.ts'
import { codes } from './event.errors.ts'

export interface LiveEventsOptions {
  readonly feed: Pick<EventFeed, 'follow' | 'unfollow' | 'missedBy' | 'watermark' | 'position'>
  readonly identity: Pick<Identity, 'resolveSessionById' | 'feed'>
  readonly clock: Clock
  readonly log: FastifyBaseLogger
}

const MAX_PER_CALLER = 5
const MAX_IN_PROCESS = 1000
const TICK_MS = 500
const HEARTBEAT_MS = 15_000
/** Together with a tick, what the cache of sessions may still believe, and a look at the database, less than five seconds. */
const CHECK_MS = 3000
/** How long a client may take to read why it is sent away. */
const FAREWELL_MS = 1000
/** Who came with a token stays no longer than a token lives. */
const TOKEN_LIFE_MS = 600_000
const PAGE = 500
const MAX_REPLAYED = 10_000

/** The open streams of this process: fed from one reader, each filtered for its own caller, closed when the caller's right ends. */
export class LiveEvents {
  readonly #options: LiveEventsOptions
  readonly #streams = new Set<ClientStream>()
  readonly #hear = (events: readonly AnnouncedEvent[]) => {
    for (const stream of this.#streams) stream.offer(events)
  }
  readonly #unsubscribe: () => void
  #timer: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(options: LiveEventsOptions) {
    this.#options = options
    this.#unsubscribe = options.identity.feed.subscribe((subject) => this.#changed(subject))
  }

  get open(): number {
    return this.#streams.size
  }

  /** 429 `EVENT_STREAM_LIMIT` at a person's sixth stream, 503 when this process holds as many as it can. */
  async connect(options: ClientStreamOptions, lastEventId: string | undefined): Promise<ClientStream> {
    this.#admit(options.caller)
    const stream = new ClientStream(options)
    this.#streams.add(stream)
    stream.output.once('close', () => this.#forget(stream))
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
    stream.write(`retry: ${1000 + Math.round(Math.random() * 2000)}\n\n`)
    try {
      const position = await this.#options.feed.follow(this.#hear)
      if (this.#streams.size === 0) this.#options.feed.unfollow(this.#hear)
      // What comes after this place waits in the stream; what lies before it is read for this client alone.
      this.#begin(stream, position, lastEventId).catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'a live stream could not begin')
        stream.close('unavailable')
      })
    } catch (error) {
      stream.output.destroy()
      throw error
    }
    return stream
  }

  #admit(caller: Caller): void {
    if (this.#isStopping || this.#streams.size >= MAX_IN_PROCESS)
      throw ApplicationError.unavailable('No further streams here now; try again shortly.', 'OVERLOADED', 5)
    const who = nameOf(caller)
    const own = [...this.#streams].filter((stream) => nameOf(stream.caller) === who)
    if (own.length >= MAX_PER_CALLER)
      throw ApplicationError.rateLimited(
        'You have as many live streams open as one person may have.',
        10,
        codes.EVENT_STREAM_LIMIT,
      )
  }

  async #begin(stream: ClientStream, position: EventCursor, lastEventId: string | undefined): Promise<void> {
    if (lastEventId === undefined || lastEventId === '') {
      stream.startAfter(position)
      stream.frame('ready', {}, position)
      return stream.goLive()
    }
    const from = await this.#resumable(lastEventId)
    if (from === undefined) return this.#reset(stream, position)
    stream.startAfter(from)
    stream.frame('ready', {}, from)
    let after = from
    for (let sent = 0; stream.isOpen && sent < MAX_REPLAYED; sent += PAGE) {
      const names = [...stream.names]
      const page = await this.#options.feed.missedBy(stream.viewer, {
        after,
        before: position.transaction,
        names,
        limit: PAGE,
      })
      await stream.replay(page)
      after = page.at(-1)?.cursor ?? after
      if (page.length < PAGE) return goOnFrom(stream, position, from)
    }
    this.#reset(stream, position)
  }

  /** Undefined when rows behind this place may be gone, or the place is not one of this database. */
  async #resumable(lastEventId: string): Promise<EventCursor | undefined> {
    const known = decodeEventCursor(lastEventId)
    if (!known) return undefined
    const ageMs = this.#options.clock.now().getTime() - known.at.getTime()
    if (ageMs > TRANSIENT_HOURS * 3_600_000) return undefined
    // Another process may have read further, but never past the present.
    return known.cursor.transaction <= (await this.#options.feed.watermark()) ? known.cursor : undefined
  }

  #reset(stream: ClientStream, position: EventCursor): void {
    stream.startAfter(position)
    stream.frame('reset', {}, position)
    stream.goLive()
  }

  #forget(stream: ClientStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size > 0) return
    this.#options.feed.unfollow(this.#hear)
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    const now = performance.now()
    for (const stream of this.#streams) {
      if (stream.closedAt !== undefined) {
        if (now - stream.closedAt > FAREWELL_MS) stream.drop()
      } else if (stream.isTooSlow) {
        this.#options.log.info({ caller: nameOf(stream.caller) }, 'dropped a live stream that is not read')
        stream.drop()
      } else if (!hasSession(stream.caller) && now - stream.openedAt > TOKEN_LIFE_MS) stream.close('expired')
      else {
        if (now - stream.lastSentAt > HEARTBEAT_MS) stream.heartbeat(this.#options.feed.position)
        if (now - stream.checkedAt > CHECK_MS) this.#check(stream, false)
      }
    }
  }

  /** Something about a person, a session or an organization is not as it was. */
  #changed(subject: string): void {
    for (const stream of this.#streams) {
      const { userId, organizationId, credentialId } = stream.caller
      const id = subject.slice(subject.indexOf(':') + 1)
      if (id === credentialId || id === userId || id === organizationId) this.#check(stream, true)
    }
  }

  #check(stream: ClientStream, isChanged: boolean): void {
    stream.checkedAt = performance.now()
    this.#reasonToClose(stream.caller, isChanged)
      .catch((): CloseReason => 'unavailable')
      .then((reason) => {
        if (reason !== undefined) stream.close(reason)
      })
      .catch(() => undefined)
  }

  async #reasonToClose(caller: Caller, isChanged: boolean): Promise<CloseReason | undefined> {
    const { identity } = this.#options
    // Outside tokens and clients speak for themselves, and only their door can read them: they show them again.
    if (caller.door !== 'session' && caller.door !== 'token')
      return isChanged ? 'changed' : identity.feed.isListening ? undefined : 'unavailable'
    const known = await identity.resolveSessionById(caller.credentialId)
    if (!known) return 'signedOut'
    const organizationId = caller.door === 'session' ? known.currentOrganizationId : caller.organizationId
    const { requestId, address } = caller
    const now = callerOfSession(known, caller.door, organizationId, { requestId, address })
    return rightsOf(now) === rightsOf(caller) ? undefined : 'changed'
  }

  /** Tells everybody, and lets nobody in any more. */
  stop(): void {
    this.#isStopping = true
    this.#unsubscribe()
    clearInterval(this.#timer)
    for (const stream of this.#streams) stream.close('stopping')
    setTimeout(() => this.#streams.forEach((stream) => stream.drop()), FAREWELL_MS).unref()
  }
}

/** Everything up to where this process has read was sent; a client that was further already goes on from there. */
function goOnFrom(stream: ClientStream, position: EventCursor, from: EventCursor): void {
  stream.startAfter(isAfter(from, position) ? from : position)
  stream.goLive()
}

const nameOf = (caller: Caller): string => caller.userId ?? caller.credentialId
const hasSession = (caller: Caller): boolean => caller.door === 'session'
const rightsOf = ({ organizationId, platformRole, organizationRole }: Caller): string =>
  `${organizationId ?? ''} ${platformRole} ${organizationRole ?? ''}`

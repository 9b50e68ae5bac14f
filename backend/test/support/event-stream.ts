import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { eventually, type World } from './world.ts'

/** One event as a client got it. */
export interface Heard {
  readonly id: string
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
  readonly at: number
}

/** A client of the live stream, as browsers are one: it knows the last id, and does not come back by itself. */
export class EventClient {
  readonly status: number
  readonly contentType: string | null
  /** Everything but the stream's own frames. */
  readonly events: Heard[] = []
  /** `ready`, `reset`, `closed`. */
  readonly frames: Heard[] = []
  lastEventId: string
  readonly ended: Promise<void>
  isEnded = false
  readonly #abort: AbortController

  private constructor(response: Response, abort: AbortController, lastEventId: string) {
    this.status = response.status
    this.contentType = response.headers.get('content-type')
    this.lastEventId = lastEventId
    this.#abort = abort
    this.ended = this.#read(response)
      .catch(() => undefined)
      .finally(() => {
        this.isEnded = true
      })
  }

  /** Resolves when the stream has said that it is ready; at once when it was refused. */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>>,
    options: { query?: string; lastEventId?: string } = {},
  ): Promise<EventClient> {
    const abort = new AbortController()
    const { query = '', lastEventId = '' } = options
    const response = await fetch(`${url}/api/v1/events${query}`, {
      headers: { ...headers, ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) },
      signal: abort.signal,
    })
    const client = new EventClient(response, abort, lastEventId)
    if (response.status === 200)
      await eventually(() => {
        if (client.frames.length === 0) throw new Error('the stream is not ready yet')
      })
    return client
  }

  async #read(response: Response): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
    }
  }

  #take(block: string): void {
    const field = (name: string) =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2)
    this.lastEventId = field('id') ?? this.lastEventId
    const name = field('event')
    if (name === undefined) return
    const body = JSON.parse(field('data') ?? '{}') as { data?: Record<string, unknown> }
    const isFrame = !name.includes('.')
    const data = isFrame ? (body as Record<string, unknown>) : (body.data ?? {})
    const heard = { id: field('id') ?? '', name, data, at: Date.now() }
    if (isFrame) this.frames.push(heard)
    else this.events.push(heard)
  }

  get closedBecause(): unknown {
    return this.frames.find((frame) => frame.name === 'closed')?.data['reason']
  }

  named(name: string): Heard[] {
    return this.events.filter((event) => event.name === name)
  }

  /** Goes away, as a browser does. */
  async close(): Promise<void> {
    this.#abort.abort()
    await this.ended
  }
}

/** An event that a test writes by hand, past every rule. */
export interface RawEvent {
  readonly name?: string
  readonly organizationId: string
  readonly userId?: string
  readonly permission?: string
  readonly data?: Readonly<Record<string, unknown>>
}

const insert = `with told as (select pg_notify('events', ''))
  insert into events (organization_id, name, user_id, permission, is_for_platform, data)
  select $1, $2, $3, $4, $5, $6 from told`
const valuesOf = ({ name = 'test.happened', organizationId, userId, permission, data = {} }: RawEvent) => [
  organizationId,
  name,
  userId ?? null,
  permission ?? null,
  userId === undefined && permission === undefined,
  data,
]

export async function announceRaw(world: World, event: RawEvent): Promise<void> {
  await world.query(insert, valuesOf(event))
}

/** Begins a transaction with an event in it, which is announced only when `commit` is called. */
export async function beginAnnouncing(
  world: World,
  event: RawEvent,
): Promise<{ also(event: RawEvent): Promise<void>; commit(): Promise<void> }> {
  const client = new pg.Client({
    connectionString: world.database.superuserUrl,
    application_name: `test-${randomUUID()}`,
  })
  await client.connect()
  await client.query('begin')
  await client.query(insert, valuesOf(event))
  return {
    async also(another) {
      await client.query(insert, valuesOf(another))
    },
    async commit() {
      await client.query('commit')
      await client.end()
    },
  }
}

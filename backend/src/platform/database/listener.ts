import pg from 'pg'

export interface ListenerOptions {
  readonly url: string
  readonly channels: readonly string[]
  readonly onNotification: (channel: string, payload: string) => void
  /** Told on every change: while false, what was cached under the promise of notifications must not be trusted. */
  readonly onState: (isListening: boolean) => void
}

const RECONNECT_MS = 250

/** One connection that hears NOTIFY and comes back by itself when it is lost. */
export class Listener {
  readonly #options: ListenerOptions
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  /** Connects; rejects when the first connection fails, later losses are repaired in the background. */
  async start(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'litemaas-listen',
      connectionTimeoutMillis: 2000,
      keepAlive: true,
    })
    client.on('notification', (message) =>
      this.#options.onNotification(message.channel, message.payload ?? ''),
    )
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    this.#client = client
    try {
      await client.connect()
      for (const channel of this.#options.channels)
        await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      this.#client = undefined
      client.end().catch(() => undefined)
      throw error
    }
    this.#options.onState(true)
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    client.end().catch(() => undefined)
    if (this.#isClosed) return
    this.#options.onState(false)
    this.#reconnect()
  }

  #reconnect(): void {
    this.#timer = setTimeout(() => {
      this.start().catch(() => {
        if (!this.#isClosed) this.#reconnect()
      })
    }, RECONNECT_MS)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }
}

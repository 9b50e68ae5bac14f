import { Listener } from './listener.ts'

type Hear = (payload: string) => void

/** One listening connection of this process for whoever wants to be woken. What it says may be missed; look now and then, too. */
export class Notifications {
  readonly #url: string
  readonly #hearers = new Map<string, Set<Hear>>()
  #listener: Listener | undefined
  #isListening = false

  constructor(url: string) {
    this.#url = url
  }

  get isListening(): boolean {
    return this.#isListening
  }

  /** Before the start. Also called, with an empty payload, when the connection is back: something may have been missed. */
  on(channel: string, hear: Hear): void {
    const hearers = this.#hearers.get(channel) ?? new Set()
    this.#hearers.set(channel, hearers.add(hear))
  }

  async start(): Promise<void> {
    if (this.#listener) return
    this.#listener = new Listener({
      url: this.#url,
      channels: [...this.#hearers.keys()],
      onNotification: (channel, payload) => this.#hearers.get(channel)?.forEach((hear) => hear(payload)),
      onState: (isListening) => {
        this.#isListening = isListening
        if (isListening) for (const hearers of this.#hearers.values()) hearers.forEach((hear) => hear(''))
      },
    })
    await this.#listener.start()
  }

  async close(): Promise<void> {
    await this.#listener?.close()
  }
}

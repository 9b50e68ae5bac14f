import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './faults.ts'

/** With no delay between chunks, the event loop still gets a turn every so many, to notice who hung up. */
const chunksPerTurn = 8

/** Thrown out of a stream when nobody reads it any more, or a fault broke it. */
export class StreamEnded extends Error {}

/** Writes server-sent events, one delay apart, and plays the mid-stream faults. */
export class StreamSink {
  readonly #response: ServerResponse
  readonly #fault: Fault | undefined
  readonly #delayMs: number
  readonly #isMute: boolean
  #frames = 0

  /** A mute sink sends nothing and ends the stream at its first frame. */
  constructor(response: ServerResponse, delayMs: number, fault: Fault | undefined, isMute = false) {
    this.#isMute = isMute
    this.#response = response
    this.#fault = fault
    this.#delayMs = fault?.chunkDelayMs ?? delayMs
  }

  /** Sends one JSON frame. Throws StreamEnded when the stream cannot go on. */
  async frame(payload: unknown, event?: string): Promise<void> {
    if (this.#isMute) throw new StreamEnded('nobody listens')
    await this.#breakIfPlanned()
    const name = event === undefined ? '' : `event: ${event}\n`
    await this.#write(`${name}data: ${JSON.stringify(payload)}\n\n`)
    this.#frames += 1
    if (this.#delayMs > 0) await sleep(this.#delayMs)
    else if (this.#frames % chunksPerTurn === 0) await nextTurn()
    if (this.#response.destroyed) throw new StreamEnded('the client is gone')
  }

  /** The terminator `data: [DONE]`. */
  async done(): Promise<void> {
    await this.#write('data: [DONE]\n\n')
  }

  async #breakIfPlanned(): Promise<void> {
    const fault = this.#fault
    if (fault === undefined) return
    if (fault.errorMidStream && this.#frames >= (fault.resetMidStreamAfterChunks ?? 2)) {
      const error = {
        message: 'litellm.APIConnectionError: upstream broke',
        type: 'None',
        param: 'None',
        code: '500',
      }
      await this.#write(`data: ${JSON.stringify({ error })}\n\n`)
      throw new StreamEnded('planted error')
    }
    if (!fault.errorMidStream && fault.resetMidStreamAfterChunks !== null) {
      if (this.#frames < fault.resetMidStreamAfterChunks) return
      // A reset discards what still sits in the send buffer; the reader shall get the frames before it.
      await sleep(20)
      this.#response.socket?.resetAndDestroy()
      throw new StreamEnded('planted reset')
    }
  }

  async #write(text: string): Promise<void> {
    if (this.#response.destroyed) throw new StreamEnded('the client is gone')
    if (this.#response.write(text)) return
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#response.off('drain', settle)
        this.#response.off('close', settle)
        resolve()
      }
      this.#response.once('drain', settle)
      this.#response.once('close', settle)
    })
  }
}

/** The streams under way, so that a stop can wait until each has booked what it produced. */
export class OpenStreams {
  readonly #running = new Set<Promise<void>>()

  async run(work: Promise<void>): Promise<void> {
    this.#running.add(work)
    try {
      await work
    } finally {
      this.#running.delete(work)
    }
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#running)
  }
}

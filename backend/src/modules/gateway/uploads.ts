import { refusals } from './errors.ts'

/** Files of all callers together that one process holds at a time. */
const MAX_HELD = 256 * 1024 * 1024

/** Counts what is held of files on their way, so that many callers at once cannot fill the memory. */
export class Uploads {
  readonly #heldBy = new Map<object, number>()
  #held = 0

  /** Throws 503 when there is no room. */
  take(owner: object, bytes: number): void {
    if (this.#held + bytes > MAX_HELD) throw refusals.upstreamUnavailable()
    this.#held += bytes
    this.#heldBy.set(owner, (this.#heldBy.get(owner) ?? 0) + bytes)
  }

  release(owner: object): void {
    this.#held -= this.#heldBy.get(owner) ?? 0
    this.#heldBy.delete(owner)
  }
}

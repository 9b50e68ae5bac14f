const WINDOW_MS = 10 * 60 * 1000
const THRESHOLD = 10
const MAX_ADDRESSES = 10_000

/** Counts failed sign-ins by address; one row of audit for every ten of them, so that an attack cannot fill the table. */
export class FailedSignIns {
  readonly #counts = new Map<string, { count: number; until: number }>()

  /** The number to audit now, or undefined while it is not yet worth a row. */
  note(address: string, now: number): number | undefined {
    const known = this.#counts.get(address)
    const entry = known && known.until > now ? known : { count: 0, until: now + WINDOW_MS }
    entry.count += 1
    this.#counts.delete(address)
    this.#counts.set(address, entry)
    if (this.#counts.size > MAX_ADDRESSES) {
      const oldest = this.#counts.keys().next()
      if (!oldest.done) this.#counts.delete(oldest.value)
    }
    return entry.count % THRESHOLD === 0 ? entry.count : undefined
  }
}

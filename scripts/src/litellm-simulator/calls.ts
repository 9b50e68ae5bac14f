/** One recorded request; credentials appear only as `sha256:<hash>`. */
export interface RecordedCall {
  at: string
  method: string
  path: string
  query: string
  headers: Record<string, string>
  body: unknown
}

const capacity = 1000
const largestBody = 65_536

/** The last calls, oldest first, in a bounded ring. */
export class CallRecorder {
  #ring: RecordedCall[] = []
  #next = 0

  add(call: RecordedCall, bodyLength: number): void {
    const kept = bodyLength > largestBody ? { ...call, body: `(${bodyLength} characters)` } : call
    this.#ring[this.#next] = kept
    this.#next = (this.#next + 1) % capacity
  }

  list(path: string | null): RecordedCall[] {
    const ordered = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)]
    const all = this.#ring.length < capacity ? this.#ring : ordered
    return path === null ? [...all] : all.filter((call) => call.path === path)
  }

  clear(): void {
    this.#ring = []
    this.#next = 0
  }
}

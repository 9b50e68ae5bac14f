const REPAIRS_BEFORE_REPORT = 3
const QUIET_PASSES = 30

/**
 * Remembers which differences came back although they were repaired, so that a field that LiteLLM does not keep is
 * reported instead of being sent for ever.
 */
export class RepairMemory {
  #previous = new Map<string, { signature: string; count: number }>()
  #current = new Map<string, { signature: string; count: number }>()

  beginPass(): void {
    this.#current = new Map()
  }

  /** `repair` the first times and now and then, `report` when it keeps coming back, `ignore` in between. */
  judge(id: string, signature: string): 'repair' | 'report' | 'ignore' {
    const before = this.#previous.get(id)
    const count = before?.signature === signature ? before.count + 1 : 1
    this.#current.set(id, { signature, count })
    if (count <= REPAIRS_BEFORE_REPORT) return 'repair'
    if (count === REPAIRS_BEFORE_REPORT + 1) return 'report'
    return count % QUIET_PASSES === 0 ? 'repair' : 'ignore'
  }

  /** What did not differ in this pass is forgotten. */
  endPass(): void {
    this.#previous = this.#current
  }
}

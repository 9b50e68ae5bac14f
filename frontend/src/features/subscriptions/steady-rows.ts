interface Identified {
  readonly id: string
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly total: number
}

export type SteadyRow<Row> = Row & {
  /** It is in the list no more: somebody else has dealt with it. */
  readonly isGone: boolean
}

export interface SteadyPage<Row> {
  readonly rows: ReadonlyArray<SteadyRow<Row>>
  /** How many have come that are not shown. */
  readonly arrivals: number
}

/**
 * What to show of a list that changes while somebody works on it: rows keep their places, those that are gone stay and
 * say so, new ones appear only below. Nothing moves under the pointer.
 */
export function steadyPage<Row extends Identified>(shown: Page<Row>, fresh: Page<Row>): SteadyPage<Row> {
  const now = new Map(fresh.rows.map((row) => [row.id, row]))
  const known = new Set(shown.rows.map(({ id }) => id))
  const kept = shown.rows.map((row) => ({ ...(now.get(row.id) ?? row), isGone: !now.has(row.id) }))
  const lastKept = fresh.rows.findLastIndex(({ id }) => known.has(id))
  const below = fresh.rows.slice(lastKept + 1).map((row) => ({ ...row, isGone: false }))
  const gone = kept.filter(({ isGone }) => isGone).length
  return {
    rows: [...kept, ...below],
    arrivals: Math.max(0, fresh.total - shown.total + gone - below.length),
  }
}

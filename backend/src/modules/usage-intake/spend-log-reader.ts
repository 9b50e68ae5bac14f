import type { SpendLogPage, SpendLogQuery, SpendLogRow } from '#litellm'

/** One page of LiteLLM's spend logs. */
export type ListSpendLogs = (
  query: SpendLogQuery,
  options?: { signal?: AbortSignal },
) => Promise<SpendLogPage>

/** LiteLLM's pages did not add up to the number of rows that it tells. */
export class IncompleteRead extends Error {
  constructor(seen: number, total: number) {
    super(`LiteLLM's pages held ${seen} of ${total} rows`)
  }
}

export interface ReadRequest {
  /** Epoch milliseconds; both ends belong to the window. */
  readonly from: number
  readonly to: number
  /** How many rows there were the last time; the same number again is read no further. */
  readonly knownTotal?: bigint | undefined
  readonly signal?: AbortSignal | undefined
  /** May see a row more than once. */
  readonly onRows: (rows: readonly SpendLogRow[]) => Promise<void>
}

const PAGE_SIZE = 100
const ATTEMPTS = 3

/** `YYYY-MM-DD HH:MM:SS`, UTC: the only form with a time that LiteLLM takes. */
const logTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/**
 * Reads every row that began in a window, and answers how many LiteLLM says there are. Rows of one moment have no order
 * between LiteLLM's pages, and new ones shift them: as long as fewer different rows were seen than there are, it is read
 * again. Rejects with {@link IncompleteRead} when that does not help.
 */
export async function readWindow(list: ListSpendLogs, request: ReadRequest): Promise<bigint> {
  const seen = new Set<string>()
  let total = 0
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    for (let page = 1; ; page += 1) {
      request.signal?.throwIfAborted()
      const answer = await list(
        {
          startDate: logTime(request.from),
          endDate: logTime(request.to),
          page,
          pageSize: PAGE_SIZE,
          oldestFirst: true,
        },
        request.signal === undefined ? {} : { signal: request.signal },
      )
      total = answer.total ?? Math.max(total, (page - 1) * PAGE_SIZE + answer.data.length)
      if (page === 1 && attempt === 1 && BigInt(total) === request.knownTotal) return BigInt(total)
      const fresh = answer.data.filter((row) => !seen.has(row.request_id))
      for (const row of fresh) seen.add(row.request_id)
      if (fresh.length > 0) await request.onRows(fresh)
      if (answer.data.length < PAGE_SIZE) break
    }
    if (seen.size >= total) return BigInt(total)
  }
  throw new IncompleteRead(seen.size, total)
}

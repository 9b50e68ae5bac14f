import { describe, expect, test } from 'vitest'
import type { SpendLogRow } from '#litellm'
import { IncompleteRead, readWindow, type ListSpendLogs } from './spend-log-reader.ts'

const rows = (count: number): SpendLogRow[] =>
  Array.from({ length: count }, (_, index) => ({ request_id: `r${index}` }))

/** LiteLLM's pages over what `at` says is there when a page is asked for. */
const source = (
  at: (request: number) => readonly SpendLogRow[],
): ListSpendLogs & { requests: () => number } => {
  let requests = 0
  const list: ListSpendLogs = async ({ page, pageSize = 50 }) => {
    const all = at((requests += 1))
    return { data: all.slice((page - 1) * pageSize, page * pageSize), total: all.length }
  }
  return Object.assign(list, { requests: () => requests })
}

async function read(list: ListSpendLogs, knownTotal?: bigint) {
  const seen: string[] = []
  const total = await readWindow(list, {
    from: Date.parse('2026-03-01T00:00:00Z'),
    to: Date.parse('2026-03-01T00:02:00Z'),
    knownTotal,
    onRows: async (found) => void seen.push(...found.map((row) => row.request_id)),
  })
  return { total, seen }
}

describe('reading a window of the spend logs', () => {
  test.each([0, 1, 99, 100, 101, 250])('sees %i rows, each once', async (count) => {
    const { total, seen } = await read(source(() => rows(count)))
    expect(total).toBe(BigInt(count))
    expect(seen).toEqual(rows(count).map((row) => row.request_id))
  })

  test('looks no further where there are as many as the last time', async () => {
    const list = source(() => rows(250))
    expect(await read(list, 250n)).toEqual({ total: 250n, seen: [] })
    expect(list.requests()).toBe(1)
    expect((await read(list, 249n)).seen).toHaveLength(250)
  })

  test('reads again when rows of one moment changed places between two pages', async () => {
    const all = rows(150)
    // The second page of the first reading begins with what had stood on the first one.
    const list = source((request) => (request === 2 ? [...all.slice(100), ...all.slice(0, 100)] : all))
    const { total, seen } = await read(list)
    expect(total).toBe(150n)
    expect(new Set(seen)).toEqual(new Set(all.map((row) => row.request_id)))
  })

  test('sees what comes while it reads', async () => {
    const { total, seen } = await read(source((request) => rows(100 + request * 20)))
    expect(BigInt(new Set(seen).size)).toBe(total)
  })

  test('says so when the pages never add up', async () => {
    const list: ListSpendLogs = async () => ({ data: rows(10), total: 12 })
    await expect(read(list)).rejects.toThrow(IncompleteRead)
  })

  test('ends when it is told to', async () => {
    const aborted = AbortSignal.abort()
    const request = { from: 0, to: 1000, signal: aborted, onRows: async () => undefined }
    await expect(
      readWindow(
        source(() => rows(10)),
        request,
      ),
    ).rejects.toThrow()
  })
})

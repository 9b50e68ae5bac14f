import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { ExportDesk, type ExportForm } from './export-desk.ts'

interface Row {
  readonly id: string
  readonly at: string
  readonly amount: bigint
  readonly text: string
}

const FORM: ExportForm<Row> = {
  format: 'csv',
  fields: [
    { name: 'id', json: (row) => row.id },
    { name: 'at', json: (row) => row.at },
    { name: 'amount', json: (row) => Number(row.amount), csv: (row) => `${row.amount}.00` },
    { name: 'text', json: (row) => row.text },
  ],
  name: 'rows',
}

/** A row that is as wide as rows get. */
const row = (number: number): Row => ({
  id: String(number),
  at: '2026-01-01T00:00:00Z',
  amount: 15n,
  text: 'x'.repeat(900),
})

/** As many rows as there are, and how many were asked for so far. */
function rowsOf(total: number) {
  const given = { rows: 0 }
  const read = async (limit: number): Promise<Row[]> => {
    const piece = Array.from({ length: Math.min(limit, total - given.rows) }, (_, index) =>
      row(given.rows + index),
    )
    given.rows += piece.length
    return piece
  }
  return { given, read }
}

const turnsOfTheLoop = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('the export desk', () => {
  test('reads no faster than it is read from', async () => {
    const { given, read } = rowsOf(1_000_000)
    const { body } = await new ExportDesk().open('alice', FORM, read)
    await once(body, 'readable')
    await turnsOfTheLoop(50)
    expect(given.rows).toBeLessThanOrEqual(1500)
    body.read()
    await turnsOfTheLoop(50)
    expect(given.rows).toBeLessThanOrEqual(2500)
    body.destroy()
  })

  test('gives every row once, however the pieces fall', async () => {
    for (const total of [0, 1, 499, 500, 501, 1000, 1234]) {
      const csv = await (await new ExportDesk().open('alice', FORM, rowsOf(total).read)).body.toArray()
      const lines = csv.join('').trimEnd().split('\r\n')
      expect(lines).toHaveLength(total + 1)
      expect(new Set(lines).size).toBe(total + 1)
      if (total > 0) expect(lines[1]).toMatch(/^0,2026-01-01T00:00:00Z,15\.00,x+$/)
      const json = await (
        await new ExportDesk().open('alice', { ...FORM, format: 'json' }, rowsOf(total).read)
      ).body.toArray()
      expect(JSON.parse(json.join(''))).toHaveLength(total)
    }
  })

  test('lets one caller run two, and everybody together eight', async () => {
    const desk = new ExportDesk()
    const open = (who: string) => desk.open(who, FORM, rowsOf(10_000).read)
    const first = await open('alice')
    await open('alice')
    await expect(open('alice')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    first.body.destroy()
    await once(first.body, 'close')
    await open('alice')
    for (const who of ['a', 'b', 'c', 'd', 'e', 'f']) await open(who)
    await expect(open('g')).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(desk.running).toBe(8)
    desk.stop()
    await turnsOfTheLoop(3)
    expect(desk.running).toBe(0)
  })

  test('keeps no place for an export that could not begin', async () => {
    const desk = new ExportDesk()
    await expect(desk.open('alice', FORM, () => Promise.reject(new TypeError('no')))).rejects.toThrow('no')
    expect(desk.running).toBe(0)
  })
})

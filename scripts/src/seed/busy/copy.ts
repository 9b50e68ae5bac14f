import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

type Value = string | number | bigint | boolean | Date | Buffer | readonly string[] | object | null
export type Row = Readonly<Record<string, Value>>

const PIECE = 1 << 16

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function encode(value: Value | undefined): string {
  if (value === null || value === undefined) return '\\N'
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`
  if (Array.isArray(value)) return escaped(`{${(value as string[]).map(quoted).join(',')}}`)
  if (typeof value === 'object') return escaped(JSON.stringify(value))
  return escaped(String(value))
}

function* pieces(columns: readonly string[], rows: Iterable<Row>): Generator<string> {
  let piece = ''
  for (const row of rows) {
    piece += `${columns.map((column) => encode(row[column])).join('\t')}\n`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** Arrays become arrays of PostgreSQL, other objects JSON. The first row's fields name the columns. Answers how many rows. */
export async function copyRows(client: pg.ClientBase, table: string, rows: Iterable<Row>): Promise<number> {
  const iterator = rows[Symbol.iterator]()
  const first = iterator.next()
  if (first.done === true) return 0
  const columns = Object.keys(first.value)
  let count = 0
  function* all(): Generator<Row> {
    for (let next = first; next.done !== true; next = iterator.next()) {
      count += 1
      yield next.value
    }
  }
  const target = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`))
  await pipeline(Readable.from(pieces(columns, all())), target)
  return count
}

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApplicationError } from '#platform/errors'
import { usdFromNano, type Cursor } from '#platform/http'
import { toCsv } from './usage-csv.ts'
import type { LogRow } from './usage-logs.queries.ts'
import type { AdminUsageLog } from './usage-report.schemas.ts'

type Field = keyof AdminUsageLog

/** What an export is to look like. */
export interface ExportForm {
  readonly format: 'csv' | 'json'
  readonly fields: readonly Field[]
  /** Of the file, without its ending. */
  readonly name: string
}

/** A file on its way. The body must be sent or destroyed. */
export interface UsageExport {
  readonly contentType: string
  readonly fileName: string
  readonly body: Readable
}

/** The next calls from the cursor on, at most `limit`. */
type ReadPiece = (limit: number, cursor: Cursor | undefined) => Promise<LogRow[]>

const PIECE = 500
/** Exports that run at once, in all and for one credential: each is worth a page of the most expensive list, again and again. */
const MOST = 8
const MOST_OF_ONE = 2
/** Whoever reads more slowly than that is not reading. */
const LONGEST_MS = 15 * 60_000
const RETRY_MS = 250
const MOST_RETRIES = 40

/** Where exports are counted, so that they stay few, and ended when the server stops. */
export class ExportDesk {
  readonly #running = new Map<Readable, string>()
  #starting = 0

  get running(): number {
    return this.#running.size + this.#starting
  }

  /** 503 or 429 when too many run; else as soon as the first piece is read. */
  async open(who: string, form: ExportForm, read: ReadPiece): Promise<UsageExport> {
    if (this.running >= MOST)
      throw ApplicationError.unavailable(
        'Too many exports at once; please try again shortly.',
        'OVERLOADED',
        5,
      )
    if ([...this.#running.values()].filter((one) => one === who).length >= MOST_OF_ONE)
      throw ApplicationError.rateLimited('Finish your other exports first.', 5)
    this.#starting += 1
    const first = await read(PIECE, undefined).finally(() => (this.#starting -= 1))
    const body = Readable.from(encode(form, pieces(first, read)), { objectMode: false })
    const timer = setTimeout(
      () => body.destroy(ApplicationError.internal('an export took too long')),
      LONGEST_MS,
    )
    this.#running.set(body, who)
    body.once('close', () => {
      clearTimeout(timer)
      this.#running.delete(body)
    })
    const { contentType, ending } = kinds[form.format]
    return { contentType, fileName: `${form.name}.${ending}`, body }
  }

  /** Cuts what still runs: a file that ends in the middle of a connection cannot be taken for a whole one. */
  stop(): void {
    for (const body of this.#running.keys()) body.destroy()
  }
}

const kinds = {
  csv: { contentType: 'text/csv; charset=utf-8; header=present', ending: 'csv' },
  json: { contentType: 'application/json; charset=utf-8', ending: 'json' },
} as const

async function* pieces(first: LogRow[], read: ReadPiece): AsyncGenerator<LogRow[]> {
  for (let piece = first; ;) {
    if (piece.length > 0) yield piece
    const last = piece.at(-1)
    if (!last || piece.length < PIECE) return
    piece = await patiently(() => read(PIECE, { at: last.at, id: last.id }))
  }
}

/** The answer has begun, so being overloaded for a moment is a reason to wait, not to fail. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const isBusy = error instanceof ApplicationError && error.code === 'OVERLOADED'
      if (!isBusy || attempt === MOST_RETRIES) throw error
      await sleep(RETRY_MS)
    }
  }
}

function encode({ format, fields }: ExportForm, calls: AsyncIterable<LogRow[]>): AsyncGenerator<string> {
  return format === 'csv' ? encodeCsv(fields, calls) : encodeJson(fields, calls)
}

async function* encodeCsv(fields: readonly Field[], calls: AsyncIterable<LogRow[]>): AsyncGenerator<string> {
  yield toCsv([fields])
  for await (const piece of calls)
    yield toCsv(
      piece.map((call) => fields.map((field) => (field === 'cost' ? decimal(call.costNano) : call[field]))),
    )
}

async function* encodeJson(fields: readonly Field[], calls: AsyncIterable<LogRow[]>): AsyncGenerator<string> {
  let before = '['
  for await (const piece of calls) {
    yield before + piece.map((call) => JSON.stringify(objectOf(fields, call))).join(',\n')
    before = ',\n'
  }
  yield before === '[' ? '[]\n' : ']\n'
}

const objectOf = (fields: readonly Field[], call: LogRow) =>
  Object.fromEntries(
    fields.map((field) => [field, field === 'cost' ? usdFromNano(call.costNano) : call[field]]),
  )

/** US dollars with all nine decimals: spreadsheets read no exponents. */
function decimal(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}

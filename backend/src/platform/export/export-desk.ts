import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApplicationError } from '#platform/errors'
import type { Cursor } from '#platform/http'
import { toCsv } from './csv.ts'

/** A row that a cursor can go on behind. */
interface Row {
  readonly at: string
  readonly id: string
}

/** A column of the file; a spreadsheet may need a value in another form than a program. */
export interface ExportField<R> {
  readonly name: string
  readonly json: (row: R) => unknown
  /** Where it differs. */
  readonly csv?: (row: R) => unknown
}

/** What an export is to look like. */
export interface ExportForm<R> {
  readonly format: 'csv' | 'json'
  readonly fields: ReadonlyArray<ExportField<R>>
  /** Of the file, without its ending. */
  readonly name: string
}

/** A file on its way. The body must be sent or destroyed. */
export interface ExportFile {
  readonly contentType: string
  readonly fileName: string
  readonly body: Readable
}

/** The next rows from the cursor on, at most `limit`. */
type ReadPiece<R> = (limit: number, cursor: Cursor | undefined) => Promise<R[]>

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
  async open<R extends Row>(who: string, form: ExportForm<R>, read: ReadPiece<R>): Promise<ExportFile> {
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

async function* pieces<R extends Row>(first: R[], read: ReadPiece<R>): AsyncGenerator<R[]> {
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

function encode<R>({ format, fields }: ExportForm<R>, rows: AsyncIterable<R[]>): AsyncGenerator<string> {
  return format === 'csv' ? encodeCsv(fields, rows) : encodeJson(fields, rows)
}

async function* encodeCsv<R>(
  fields: ReadonlyArray<ExportField<R>>,
  rows: AsyncIterable<R[]>,
): AsyncGenerator<string> {
  yield toCsv([fields.map(({ name }) => name)])
  for await (const piece of rows)
    yield toCsv(piece.map((row) => fields.map(({ json, csv = json }) => csv(row))))
}

async function* encodeJson<R>(
  fields: ReadonlyArray<ExportField<R>>,
  rows: AsyncIterable<R[]>,
): AsyncGenerator<string> {
  const objectOf = (row: R) => Object.fromEntries(fields.map(({ name, json }) => [name, json(row)]))
  let before = '['
  for await (const piece of rows) {
    yield before + piece.map((row) => JSON.stringify(objectOf(row))).join(',\n')
    before = ',\n'
  }
  yield before === '[' ? '[]\n' : ']\n'
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Value } from '@sinclair/typebox/value'
import type { CipherKeys } from '#platform/encryption'
import { DamagedBackup } from './damaged-backup.ts'
import { Manifest, type TableManifest } from './manifest.ts'
import { opening } from './sealed-stream.ts'
import { countLines } from './write-backup.ts'

/** A table's name and columns as they come, and its rows in COPY's text form. */
export type OnTable = (
  table: Pick<TableManifest, 'name' | 'columns'>,
  rows: AsyncIterable<Buffer>,
) => Promise<void>

const END = Buffer.from('\\.\n')
const ROW_END = Buffer.from('\n\\.\n')
const NEW_LINE = 10

/** Rows that nobody wants are read all the same, or the next table would not be found. */
const drain: OnTable = async (_table, rows) => {
  for await (const _chunk of rows);
}

/**
 * Reads a backup from its first to its last byte and answers its manifest, to which everything before it was compared.
 * @throws DamagedBackup when anything is not as it was written.
 */
export async function readBackup(
  path: string,
  keys: CipherKeys,
  onTable: OnTable = drain,
  signal?: AbortSignal,
): Promise<Manifest> {
  const plain = createGunzip()
  const source = pipeline(createReadStream(path), opening(keys), plain, (error) => {
    if (error) plain.destroy(error)
  })
  const lines = new Lines(source)
  const seen: TableManifest[] = []
  try {
    for (;;) {
      signal?.throwIfAborted()
      const entry = parsed(await lines.next())
      if (entry.manifest !== undefined) {
        await lines.expectEnd()
        return compared(entry.manifest, seen)
      }
      seen.push(await readTable(entry.table, lines, onTable))
    }
  } catch (error) {
    throw isZlibError(error) ? new DamagedBackup('its content is damaged') : error
  } finally {
    source.destroy()
  }
}

async function readTable(given: unknown, lines: Lines, onTable: OnTable): Promise<TableManifest> {
  const { name, columns } = (given ?? {}) as Partial<TableManifest>
  if (typeof name !== 'string' || !Array.isArray(columns)) throw new DamagedBackup('its content is damaged')
  const hash = createHash('sha256')
  let [rows, bytes] = [0, 0]
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of lines.rows()) {
      hash.update(chunk)
      rows += countLines(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  await onTable({ name, columns }, counted())
  return { name, columns, rows, bytes, sha256: hash.digest('hex') }
}

function parsed(line: Buffer): { table?: unknown; manifest?: unknown } {
  try {
    return JSON.parse(line.toString()) as { table?: unknown; manifest?: unknown }
  } catch {
    throw new DamagedBackup('its content is damaged')
  }
}

function compared(manifest: unknown, seen: readonly TableManifest[]): Manifest {
  if (!Value.Check(Manifest, manifest)) throw new DamagedBackup('its manifest is of another kind')
  if (JSON.stringify(manifest.tables) !== JSON.stringify(seen))
    throw new DamagedBackup('its tables are not those of its manifest')
  return manifest
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

/** Lines of text, and between some of them the rows of a table. */
class Lines {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next()
    if (done === true) return false
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value])
    return true
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return taken
  }

  async next(): Promise<Buffer> {
    for (let end = -1; ;) {
      end = this.#rest.indexOf(NEW_LINE)
      if (end >= 0) return this.#take(end + 1)
      if (!(await this.#more())) throw new DamagedBackup('it ends too early')
    }
  }

  /** Whole rows, up to the line that ends them. */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#rest.subarray(0, END.length).equals(END)) {
        this.#take(END.length)
        return
      }
      const end = this.#rest.indexOf(ROW_END)
      const last = end >= 0 ? end : this.#rest.lastIndexOf(NEW_LINE)
      if (last >= 0) yield this.#take(last + 1)
      else if (!(await this.#more())) throw new DamagedBackup('it ends too early')
    }
  }

  async expectEnd(): Promise<void> {
    if (this.#rest.length > 0 || (await this.#more()))
      throw new DamagedBackup('something follows its manifest')
  }
}

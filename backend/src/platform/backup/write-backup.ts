import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { TableSnapshot } from '#platform/database'
import type { CipherKeys } from '#platform/encryption'
import type { Manifest, TableManifest } from './manifest.ts'
import { sealing } from './sealed-stream.ts'

export interface WriteBackupOptions {
  readonly url: string
  /** Tables whose rows are worth nothing later, or must not come back. */
  readonly excluded: readonly string[]
  readonly keys: CipherKeys
  readonly path: string
  readonly facts: Pick<Manifest, 'source' | 'installation' | 'createdAt'>
  readonly signal: AbortSignal
  /** Before each table. */
  readonly onTable: (done: number, total: number, name: string) => void
}

export interface WrittenBackup {
  readonly manifest: Manifest
  readonly bytes: number
  /** Of the file, hexadecimal. */
  readonly sha256: string
}

const NEW_LINE = 10

/** Writes one moment of a database to a file, which exists under its name only when it is whole and on the disk. */
export async function writeBackup(options: WriteBackupOptions): Promise<WrittenBackup> {
  const { url, excluded, path, signal, keys } = options
  const snapshot = await TableSnapshot.open(url, excluded)
  const part = `${path}.part`
  const hash = createHash('sha256')
  let bytes = 0
  let manifest: Manifest | undefined
  try {
    const content = contentOf(snapshot, options, (made) => (manifest = made))
    await pipeline(
      Readable.from(content, { objectMode: false }),
      createGzip(),
      sealing(keys),
      async function* counted(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          bytes += chunk.length
          yield chunk
        }
      },
      createWriteStream(part, { mode: 0o600, flush: true }),
      { signal },
    )
    await rename(part, path)
    await persist(dirname(path))
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    await snapshot.close()
  }
  return { manifest: manifest as unknown as Manifest, bytes, sha256: hash.digest('hex') }
}

/** The new name itself must survive a loss of power. */
async function persist(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  await handle.sync().catch(() => undefined)
  await handle.close()
}

async function* contentOf(
  snapshot: TableSnapshot,
  options: WriteBackupOptions,
  onManifest: (manifest: Manifest) => void,
): AsyncGenerator<Buffer> {
  const tables: TableManifest[] = []
  const { shape } = snapshot
  for (const [index, table] of shape.tables.entries()) {
    options.onTable(index, shape.tables.length, table.name)
    const { name, columns } = table
    yield Buffer.from(`${JSON.stringify({ table: { name, columns } })}\n`)
    const hash = createHash('sha256')
    let [rows, bytes] = [0, 0]
    for await (const chunk of snapshot.read(table) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      rows += countLines(chunk)
      bytes += chunk.length
      yield chunk
    }
    yield Buffer.from('\\.\n')
    tables.push({ name, columns: [...columns], rows, bytes, sha256: hash.digest('hex') })
  }
  const { partitions, sequences, migrations } = shape
  const manifest: Manifest = {
    format: 1,
    ...options.facts,
    serverVersion: snapshot.serverVersion,
    migrations: [...migrations],
    partitions: [...partitions],
    sequences,
    tables,
  }
  yield Buffer.from(`${JSON.stringify({ manifest })}\n`)
  onManifest(manifest)
}

/** COPY writes a row on a line, and a line break inside of a value as two characters. */
export function countLines(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(NEW_LINE); at >= 0; at = chunk.indexOf(NEW_LINE, at + 1)) count += 1
  return count
}

import type { DatabaseShape, TableShape, TableTarget } from '#platform/database'
import type { CipherKeys } from '#platform/encryption'
import { DamagedBackup } from './damaged-backup.ts'
import type { Manifest } from './manifest.ts'
import { readBackup } from './read-backup.ts'

/** Rows fit only where they came from: the same migrations, tables and columns. @throws DamagedBackup */
export function assertFits(manifest: Manifest, shape: DatabaseShape): void {
  const theirs = new Map(manifest.migrations.map((one) => [one.name, one.checksum]))
  const ours = new Map(shape.migrations.map((one) => [one.name, one.checksum]))
  const missing = [...ours.keys()].find((name) => !theirs.has(name))
  if (missing !== undefined)
    throw new DamagedBackup(
      `it is of an older schema, from before ${missing}: restore it with the release that made it`,
    )
  const unknown = [...theirs.keys()].find((name) => !ours.has(name))
  if (unknown !== undefined)
    throw new DamagedBackup(
      `it is of a newer schema, with ${unknown}: restore it with the release that made it`,
    )
  const changed = [...ours].find(([name, checksum]) => theirs.get(name) !== checksum)
  if (changed) throw new DamagedBackup(`its migration ${changed[0]} was another one`)
  const lines = (tables: ReadonlyArray<Pick<TableShape, 'name' | 'columns'>>) =>
    tables.map(({ name, columns }) => `${name}(${columns.join(', ')})`)
  const here = lines(shape.tables)
  const there = lines(manifest.tables)
  const odd = there.find((line) => !here.includes(line)) ?? here.find((line) => !there.includes(line))
  if (odd !== undefined)
    throw new DamagedBackup(`its tables differ from those of the database: ${odd.slice(0, 300)}`)
}

/** Fills the target and compares what then stands there with the manifest. @throws DamagedBackup */
export async function loadBackup(
  path: string,
  keys: CipherKeys,
  target: TableTarget,
  options: { signal?: AbortSignal; onTable?: (done: number, total: number, name: string) => void } = {},
): Promise<Manifest> {
  const byName = new Map(target.shape.tables.map((table) => [table.name, table]))
  let done = 0
  const manifest = await readBackup(
    path,
    keys,
    async ({ name }, rows) => {
      const table = byName.get(name)
      if (!table) throw new DamagedBackup(`the database has no table ${name}`)
      options.onTable?.(done, byName.size, name)
      await target.write(table, rows)
      done += 1
    },
    options.signal,
  )
  for (const { name, sha256 } of manifest.tables) {
    const table = byName.get(name)
    if (!table || (await target.digest(table)) !== sha256)
      throw new DamagedBackup(`the rows of ${name} do not read as they were written`)
  }
  await target.connect()
  return manifest
}

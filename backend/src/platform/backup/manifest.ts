import { Type, type Static } from '@sinclair/typebox'
import { strictObject } from '#platform/http'

const Name = Type.String({ minLength: 1, maxLength: 200 })

export const TableManifest = strictObject({
  name: Name,
  columns: Type.Array(Name),
  rows: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 }),
})
export type TableManifest = Static<typeof TableManifest>

/** The last thing in a backup: what must have come before it, and where it fits. */
export const Manifest = strictObject({
  format: Type.Literal(1),
  source: Name,
  /** Names the installation whose data it is. */
  installation: Type.String({ maxLength: 200 }),
  createdAt: Type.String({ maxLength: 40 }),
  serverVersion: Type.String({ maxLength: 200 }),
  migrations: Type.Array(strictObject({ name: Name, checksum: Type.String({ maxLength: 64 }) })),
  partitions: Type.Array(strictObject({ name: Name, parent: Name, bound: Type.String({ maxLength: 500 }) })),
  sequences: Type.Record(Type.String(), Type.String({ maxLength: 30 })),
  tables: Type.Array(TableManifest),
})
export type Manifest = Static<typeof Manifest>

export const rowsIn = (manifest: Manifest): number => manifest.tables.reduce((sum, { rows }) => sum + rows, 0)

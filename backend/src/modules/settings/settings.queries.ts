import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const StoredSection = Type.Object({
  value: Type.Record(Type.String(), Type.Unknown()),
  version: Type.Integer(),
  updatedAt: Type.String(),
})
export type StoredSection = Static<typeof StoredSection>

const keyOf = (name: string) => `section:${name}`

export function findSection(tx: Tx, name: string): Promise<StoredSection | undefined> {
  return tx.find(sql(StoredSection)`
    select value, version, updated_at as "updatedAt" from settings where key = ${keyOf(name)}`)
}

/** The row that is to be changed, which nobody else changes meanwhile. */
export async function lockSection(tx: Tx, name: string): Promise<StoredSection | undefined> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`settings|${keyOf(name)}`}, 0))`)
  return findSection(tx, name)
}

export function writeSection(tx: Tx, name: string, value: object, at: Date): Promise<StoredSection> {
  return tx.one(sql(StoredSection)`
    insert into settings (key, value, updated_at) values (${keyOf(name)}, ${JSON.stringify(value)}, ${at})
    on conflict (key) do update
      set value = excluded.value, version = settings.version + 1, updated_at = excluded.updated_at
    returning value, version, updated_at as "updatedAt"`)
}

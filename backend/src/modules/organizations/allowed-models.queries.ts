import { Type } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const Id = Type.Object({ id: Type.String() })
const ModelId = Type.Object({ modelId: Type.String() })

/** In the order of their names. */
export async function listAllowedModels(tx: Tx, organizationId: string): Promise<string[]> {
  const rows = await tx.many(sql(ModelId)`
    select om.model_id as "modelId" from organization_models om join models m on m.id = om.model_id
    where om.organization_id = ${organizationId} order by m.name`)
  return rows.map((row) => row.modelId)
}

/** Those of the ids that are models of the catalogue. */
export async function listExistingModels(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.many(sql(Id)`select id from models where id = any (${ids}::uuid[])`)
  return new Set(rows.map((row) => row.id))
}

export async function putAllowedModels(
  tx: Tx,
  organizationId: string,
  isRestrictedToList: boolean,
  modelIds: readonly string[],
): Promise<void> {
  await tx.run(sql`
    update organizations set is_restricted_to_list = ${isRestrictedToList}, version = version + 1, updated_at = now()
    where id = ${organizationId}`)
  await tx.run(sql`
    delete from organization_models where organization_id = ${organizationId} and model_id <> all (${modelIds}::uuid[])`)
  await tx.run(sql`
    insert into organization_models (organization_id, model_id) select ${organizationId}::uuid, unnest(${modelIds}::uuid[])
    on conflict do nothing`)
}

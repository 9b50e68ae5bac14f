import { sql, type Tx } from '#platform/database'

/** Keys are made only for people who can use them. */
export async function isActiveMember(tx: Tx, userId: string): Promise<boolean> {
  return (
    (await tx.run(sql`
      select from memberships m join users u on u.id = m.user_id
      where m.user_id = ${userId} and m.status = 'active' and u.status = 'active'`)) > 0
  )
}

/** Whether money is still set aside for calls with this key. Held until the end of the transaction. */
export async function isInUse(tx: Tx, apiKeyId: string): Promise<boolean> {
  await tx.run(sql`
    select from budgets where level in ('key', 'key_model') and subject_id = ${apiKeyId} order by id for update`)
  return (
    (await tx.run(sql`
      select from budgets where level in ('key', 'key_model') and subject_id = ${apiKeyId} and reserved_nano > 0`)) >
    0
  )
}

/** Leaves only whose it was and what it was called. Its secrets and models go with it. */
export async function deleteKey(tx: Tx, id: string, by: string | null, at: Date): Promise<void> {
  await tx.run(sql`
    insert into deleted_api_keys (id, user_id, team_id, name, key_hint, created_at, deleted_at, deleted_by)
    select k.id, k.user_id, k.team_id, k.name,
      (select s.hint from api_key_secrets s where s.organization_id = k.organization_id and s.api_key_id = k.id
        order by s.created_at desc limit 1), k.created_at, ${at}, ${by}
    from api_keys k where k.id = ${id}`)
  await tx.run(sql`delete from budgets where level in ('key', 'key_model') and subject_id = ${id}`)
  await tx.run(sql`delete from api_keys where id = ${id}`)
}

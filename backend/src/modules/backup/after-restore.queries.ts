import { Type } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'

const Name = Type.Object({ name: Type.String() })

export async function installationOf(tx: Tx): Promise<string> {
  return (await tx.one(sql(Name)`select value #>> '{}' as name from settings where key = 'installation'`))
    .name
}

/** Notes, for the length of the transaction, what was taken away here: a backup from before would give it back. */
export async function noteWithdrawn(tx: Tx): Promise<{ hadPeople: boolean }> {
  await tx.run(sql`
    create temporary table live_keys on commit drop as
    select organization_id, id, revoked_at, is_disabled from public.api_keys`)
  await tx.run(sql`
    create temporary table live_secrets on commit drop as
    select organization_id, id, revoked_at, valid_until from public.api_key_secrets`)
  await tx.run(sql`
    create temporary table live_clients on commit drop as
    select organization_id, id, is_disabled from public.service_clients`)
  await tx.run(sql`
    create temporary table live_client_secrets on commit drop as
    select organization_id, id, valid_until from public.service_client_secrets`)
  const people = await tx.run(
    sql`create temporary table live_people on commit drop as select id, status from public.users`,
  )
  return { hadPeople: people > 0 }
}

/**
 * Takes away again what was: keys and service clients revoked, deleted or disabled since the backup, their secrets rotated
 * out, people disabled.
 */
export async function withdrawAgain(
  tx: Tx,
): Promise<{ keys: number; secrets: number; people: number; clients: number }> {
  const keys = await tx.run(sql`
    update public.api_keys k
    set revoked_at = case when l.id is null then now() else coalesce(k.revoked_at, l.revoked_at) end,
      is_disabled = k.is_disabled or coalesce(l.is_disabled, false), version = k.version + 1, updated_at = now()
    from public.api_keys b left join live_keys l on l.organization_id = b.organization_id and l.id = b.id
    where k.organization_id = b.organization_id and k.id = b.id
      and ((k.revoked_at is null and (l.id is null or l.revoked_at is not null)) or (l.is_disabled and not k.is_disabled))`)
  const secrets = await tx.run(sql`
    update public.api_key_secrets s
    set revoked_at = case when l.id is null then coalesce(s.revoked_at, now()) else coalesce(s.revoked_at, l.revoked_at) end,
      valid_until = least(s.valid_until, l.valid_until)
    from public.api_key_secrets b left join live_secrets l on l.organization_id = b.organization_id and l.id = b.id
    where s.organization_id = b.organization_id and s.id = b.id
      and ((s.revoked_at is null and (l.id is null or l.revoked_at is not null))
        or l.valid_until < coalesce(s.valid_until, 'infinity'))`)
  const people = await tx.run(sql`
    update public.users u set status = l.status, version = u.version + 1
    from live_people l where l.id = u.id and u.status = 'active' and l.status <> 'active'`)
  const clients = await tx.run(sql`
    update public.service_clients c set is_disabled = true, version = c.version + 1, updated_at = now()
    from public.service_clients b left join live_clients l on l.organization_id = b.organization_id and l.id = b.id
    where c.organization_id = b.organization_id and c.id = b.id and not c.is_disabled and (l.id is null or l.is_disabled)`)
  const clientSecrets = await tx.run(sql`
    update public.service_client_secrets s
    set valid_until = least(s.valid_until, case when l.id is null then now() else l.valid_until end)
    from public.service_client_secrets b left join live_client_secrets l on l.organization_id = b.organization_id and l.id = b.id
    where s.organization_id = b.organization_id and s.id = b.id
      and (l.id is null or l.valid_until < coalesce(s.valid_until, 'infinity'))`)
  return { keys, secrets: secrets + clientSecrets, people, clients }
}

const WHY = 'not done: restored from a backup'

/**
 * What was under way then is not done now: LiteLLM is compared with what should be there, mails and webhooks are not sent a
 * second time, jobs are not begun again. Answers how many intents, jobs and messages that were.
 */
export async function forgetUnfinished(tx: Tx): Promise<{ intents: number; jobs: number; messages: number }> {
  const intents = await tx.run(sql`
    update public.litellm_intents set state = 'done', secret = null, lease_until = null, last_error = ${WHY}, done_at = now()
    where state <> 'done'`)
  const jobs = await tx.run(sql`
    update public.jobs set status = 'cancelled', lease_owner = null, lease_until = null, finished_at = now()
    where status in ('queued', 'running')`)
  const mails = await tx.run(sql`
    update public.email_deliveries set state = 'dead', lease_until = null, last_error = ${WHY}, done_at = now()
    where state in ('pending', 'leased')`)
  const webhooks = await tx.run(sql`
    update public.webhook_deliveries set state = 'dead', lease_until = null, last_error = ${WHY}
    where state in ('pending', 'leased')`)
  return { intents, jobs, messages: mails + webhooks }
}

/** From now on, objects at LiteLLM that carry the old name are somebody else's. Answers the new one. */
export async function renameInstallation(tx: Tx): Promise<string> {
  return (
    await tx.one(sql(Name)`
      update public.settings set value = to_jsonb(replace(gen_random_uuid()::text, '-', '')), version = version + 1, updated_at = now()
      where key = 'installation' returning value #>> '{}' as name`)
  ).name
}

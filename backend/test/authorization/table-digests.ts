import type { World } from '#test'

/**
 * What stands in every table. Left out are the record of refusals, what merely remembers that somebody was here, and what
 * jobs write by themselves.
 */
const LEFT_OUT = new Set([
  'audit_chains',
  'audit_logs',
  'email_deliveries',
  'event_readers',
  'events',
  'gateway_call_rows',
  'ledger_checks',
  'login_attempts',
  'model_sync_runs',
  'notifications',
  'parallel_calls',
  'processes',
  'rate_counters',
  'reservations',
  'schema_migrations',
  'sessions',
  'spend_log_windows',
  'usage_days_checked',
  'webhook_deliveries',
])
const PASSING: Readonly<Record<string, readonly string[]>> = {
  budgets: ['reserved_nano'],
  api_keys: ['last_used_at', 'synced_version', 'sync_state'],
  litellm_intents: ['state', 'attempts', 'next_at', 'lease_until', 'secret', 'done_at', 'last_error'],
  models: ['updated_at'],
  service_clients: ['last_used_at'],
  service_client_secrets: ['last_used_at', 'use_count'],
}

export async function tableDigests(world: World): Promise<Record<string, string>> {
  const tables = await world.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
  )
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    if (LEFT_OUT.has(name)) continue
    const [row] = await world.query<{ digest: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(row::text, '|' order by row::text), '')) as digest
       from (select to_jsonb(t) - $1::text[] as row from ${name} t) as rows`,
      [PASSING[name] ?? []],
    )
    digests[name] = row?.digest ?? ''
  }
  return digests
}

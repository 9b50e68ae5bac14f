import { ledgerFaults } from './ledger.ts'
import type { Customers } from './customers.ts'
import { request, type Stage } from './stage.ts'

/** A property that must hold in the end, and every place where it does not. */
export interface Finding {
  readonly what: string
  readonly faults: readonly string[]
}

interface ProxyKey {
  token: string
  key_alias: string | null
  blocked: boolean | null
  models: string[]
}

const wantedSecrets = `
  select s.litellm_token_hash as hash, 'litemaas-' || (select value #>> '{}' from settings where key = 'installation') || '-' || s.id as alias,
    array(select m.name from api_key_models km join models m on m.id = km.model_id
      where km.organization_id = k.organization_id and km.api_key_id = k.id order by m.name) as models
  from api_key_secrets s join api_keys k on k.organization_id = s.organization_id and k.id = s.api_key_id
  where s.revoked_at is null and k.revoked_at is null and (s.valid_until is null or s.valid_until > now())`

/** Everything at LiteLLM that bears our alias is a live secret of ours, in its desired state; and the other way round. */
async function keys(stage: Stage): Promise<string[]> {
  const faults: string[] = []
  const there = new Map<string, ProxyKey>()
  for (let page = 1; ; page += 1) {
    const { body } = await stage.litellm(
      'GET',
      `/key/list?return_full_object=true&size=100&page=${String(page)}`,
    )
    const list = body as { keys: ProxyKey[]; total_pages: number }
    for (const key of list.keys) there.set(key.token, key)
    if (page >= list.total_pages) break
  }
  for (const row of await stage.query(wantedSecrets)) {
    const { hash, alias, models } = row as { hash: string; alias: string; models: string[] }
    const key = there.get(hash)
    there.delete(hash)
    if (key === undefined) faults.push(`${alias} is missing at LiteLLM`)
    else if (key.key_alias !== alias) faults.push(`${alias} is called ${String(key.key_alias)} at LiteLLM`)
    else if (key.blocked === true) faults.push(`${alias} is blocked at LiteLLM`)
    else if (key.models.toSorted().join() !== models.toSorted().join())
      faults.push(`${alias} has other models at LiteLLM`)
  }
  for (const key of there.values())
    if (key.key_alias?.startsWith('litemaas-') === true) faults.push(`${key.key_alias} is left at LiteLLM`)
  return faults
}

/** What was answered is so: live keys work, ended secrets are refused by us and by LiteLLM. */
async function answers(stage: Stage, customers: Customers): Promise<string[]> {
  const faults: string[] = []
  const body = { model: 'granite-4-small', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 1 }
  const call = async (url: string, secret: string): Promise<number> =>
    (await request(url, secret, 'POST', '/v1/chat/completions', body)).status
  for (const { id, secret = '' } of customers.live) {
    const status = await call(stage.url, secret)
    // 429: its small budget was spent before.
    if (status !== 200 && status !== 429) faults.push(`the live key ${id} got ${String(status)}`)
  }
  for (const secret of customers.endedSecrets) {
    const [ours, theirs] = await Promise.all([call(stage.url, secret), call(stage.litellmUrl, secret)])
    if (ours !== 401) faults.push(`an ended secret got ${String(ours)} from us`)
    if (theirs !== 401) faults.push(`an ended secret got ${String(theirs)} from LiteLLM`)
  }
  const owned = customers.keys.map((key) => key.id)
  const rows = await stage.query(
    `select id, revoked_at is not null as "isRevoked" from api_keys where organization_id is not null`,
  )
  if (rows.length !== owned.length)
    faults.push(`${String(owned.length)} keys were asked for, and there are ${String(rows.length)}`)
  const isRevoked = new Map(rows.map((row) => [row['id'], row['isRevoked']]))
  for (const key of customers.keys)
    if (isRevoked.get(key.id) !== key.isRevoked) faults.push(`${key.id} is not as it was answered`)
  return faults
}

async function intents(stage: Stage): Promise<string[]> {
  const open = await stage.query(
    `select state, operation, attempts, last_error from litellm_intents where state <> 'done' or secret is not null`,
  )
  const unsettled = await stage.query(
    `select id, sync_state as "syncState" from api_keys where sync_state <> 'synced' or synced_version <> desired_version`,
  )
  return [
    ...open.map((row) => `an intent is ${JSON.stringify(row)}`),
    ...unsettled.map((row) => `a key is ${JSON.stringify(row)}`),
  ]
}

/** Only the server that lives now may hold anything, and no call is under way. */
async function reservations(stage: Stage): Promise<string[]> {
  const rows = await stage.query(
    `select r.kind, r.amount_nano::text as amount, r.expires_at as "expiresAt" from reservations r
     where r.kind = 'call' or r.process_id <> (select id from processes order by heartbeat_at desc limit 1)`,
  )
  return rows.map((row) => `left: ${JSON.stringify(row)}`)
}

/** Calls that LiteLLM finished and rows of ours, key by key. */
async function usage(stage: Stage): Promise<string[]> {
  await stage.litellm('POST', '/simulator/flush')
  const { body } = await stage.litellm('GET', '/simulator/usage')
  const counted = new Map<string, { calls: number; prompt: number; completion: number }>()
  const hashes = new Map(
    (await stage.query(`select litellm_token_hash as hash, api_key_id as id from api_key_secrets`)).map(
      (row) => [row['hash'], String(row['id'])],
    ),
  )
  interface Count {
    keyHash: string
    calls: number
    promptTokens: number
    completionTokens: number
  }
  for (const one of (body as { usage: Count[] }).usage) {
    const id = hashes.get(one.keyHash)
    if (id === undefined || one.calls === 0) continue
    const sum = counted.get(id) ?? { calls: 0, prompt: 0, completion: 0 }
    counted.set(id, {
      calls: sum.calls + one.calls,
      prompt: sum.prompt + one.promptTokens,
      completion: sum.completion + one.completionTokens,
    })
  }
  const rows = await stage.query(
    `select api_key_id as id, count(*)::int as calls, sum(prompt_tokens)::int as prompt, sum(completion_tokens)::int as completion
     from usage_logs where prompt_tokens > 0 group by 1`,
  )
  const faults: string[] = []
  for (const row of rows) {
    const { id, ...ours } = row as { id: string; calls: number; prompt: number; completion: number }
    const theirs = counted.get(id) ?? { calls: 0, prompt: 0, completion: 0 }
    counted.delete(id)
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      faults.push(`key ${id}: we have ${JSON.stringify(ours)}, LiteLLM has ${JSON.stringify(theirs)}`)
  }
  for (const [id, theirs] of counted)
    faults.push(`key ${id}: we have nothing, LiteLLM has ${JSON.stringify(theirs)}`)
  const estimated = await stage.query(
    `select request_id as id, source, error_code as code from usage_logs where is_estimated`,
  )
  return [...faults, ...estimated.map((row) => `estimated: ${JSON.stringify(row)}`)]
}

/** A change without its audit entry. */
async function audit(stage: Stage): Promise<string[]> {
  const rows = await stage.query(
    `select k.id from api_keys k where not exists (select from audit_logs a where a.resource_id = k.id::text and a.action = 'api_key.created')
       or (k.revoked_at is not null) <> exists (select from audit_logs a where a.resource_id = k.id::text and a.action = 'api_key.revoked')`,
  )
  return rows.map((row) => `no audit entry of ${JSON.stringify(row)}`)
}

/** Looks at everything once. */
export async function judge(stage: Stage, customers: Customers): Promise<Finding[]> {
  const findings: Finding[] = [
    { what: 'keys here and at LiteLLM are the same', faults: await keys(stage) },
    { what: 'no intent is left, every key is synced', faults: await intents(stage) },
    { what: 'nothing is held by dead processes', faults: await reservations(stage) },
    { what: 'calls at LiteLLM = rows of usage', faults: await usage(stage) },
    {
      what: 'rows, days, budgets and reservations agree',
      faults: await ledgerFaults((text) => stage.query(text)),
    },
    { what: 'every change has its audit entry', faults: await audit(stage) },
  ]
  // Last, because it calls models itself.
  if (findings.every((finding) => finding.faults.length === 0))
    findings.push({ what: 'what was answered is so', faults: await answers(stage, customers) })
  return findings
}

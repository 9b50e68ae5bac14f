// What is known about the ledger: how complete each day is, what nobody could be charged for, checks, a recount.
import type pg from 'pg'
import { uuidOf } from '../random.ts'
import { copyRows } from './copy.ts'
import { DAY_MS, type BusyOptions } from './plan.ts'
import { startOf } from './traffic.ts'
import { administratorOf, PLATFORM, type Everything } from './write-around.ts'

/** Completeness of each day, calls that nobody could be charged for, nightly checks, a recount with what it found. */
export async function writeLedgerFacts(
  client: pg.ClientBase,
  options: BusyOptions,
  all: Everything,
): Promise<void> {
  const { seed, until } = options
  const days = Math.round((until.getTime() - startOf(options).getTime()) / DAY_MS)
  const dayAt = (day: number): Date => new Date(startOf(options).getTime() + day * DAY_MS)
  const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
  await client.query(
    'create temporary table busy_days (like usage_days_checked including defaults) on commit drop',
  )
  await copyRows(
    client,
    'busy_days',
    Array.from({ length: days }, (_, day) => {
      const state = day === days - 1 ? 'unknown' : day % 17 === 5 ? 'partial' : 'complete'
      const message = state === 'partial' ? 'LiteLLM did not answer while this day was read.' : null
      return {
        day: dayOf(dayAt(day)),
        source: 'litellm',
        state,
        checked_at: dayAt(day + 1),
        rows_seen: 100 + day,
        message,
      }
    }),
  )
  await client.query('insert into usage_days_checked select * from busy_days on conflict do nothing')
  await copyRows(
    client,
    'litellm_spend_inbox',
    Array.from({ length: 40 }, (_, number) => {
      const at = dayAt(days - 1 - (number % 20))
      const name = `litemaas busy ${String(seed)} stray ${String(number)}`
      return {
        id: uuidOf(name),
        request_id: `chatcmpl-${uuidOf(`${name} request`)}`,
        arrived_by: number % 3 === 0 ? 'push' : 'pull',
        record: strayOf(name, at.getTime() + number * 60_000),
        state: number % 8 === 0 ? 'dead' : 'unattributed',
        reason: number % 8 === 0 ? 'The price of the model is unknown.' : 'The key is not known here.',
        attempts: number % 8 === 0 ? 10 : 1,
        received_at: new Date(at.getTime() + number * 61_000),
        done_at: new Date(at.getTime() + number * 61_000 + 1000),
        // A year from now: nothing tries again what can never be booked.
        next_at: new Date(until.getTime() + 365 * DAY_MS),
      }
    }),
  )
  await writeChecks(client, options, all)
  await writeRecount(client, options, all)
}

const strayOf = (name: string, at: number): object => ({
  requestId: `chatcmpl-${uuidOf(`${name} request`)}`,
  keyHash: uuidOf(`${name} key`).replaceAll('-', '').repeat(2),
  callType: 'acompletion',
  modelGroup: 'aurora-8b',
  modelId: '',
  model: 'aurora-8b',
  spend: '0.00012',
  promptTokens: 420,
  cachedPromptTokens: 0,
  completionTokens: 77,
  startedAt: at,
  endedAt: at + 900,
  firstTokenAt: null,
  isSuccess: true,
  isCacheHit: false,
  statusCode: null,
  endUser: null,
  claim: null,
})

async function writeChecks(
  client: pg.ClientBase,
  { seed, until }: BusyOptions,
  { organizations, keys }: Everything,
): Promise<void> {
  const id = (night: number): string => uuidOf(`litemaas busy ${String(seed)} ledger check ${String(night)}`)
  const startOfNight = (night: number): Date => new Date(until.getTime() - night * DAY_MS + 5 * 60_000)
  await copyRows(
    client,
    'ledger_checks',
    Array.from({ length: 30 }, (_, night) => ({
      id: id(night + 1),
      trigger: 'nightly',
      from_day: new Date(until.getTime() - (night + 29) * DAY_MS).toISOString().slice(0, 10),
      started_at: startOfNight(night + 1),
      finished_at: new Date(startOfNight(night + 1).getTime() + 4000),
      organizations: organizations.length + 2,
      differences: night === 11 ? 3 : 0,
    })),
  )
  const [key] = keys
  if (!key) return
  await copyRows(
    client,
    'ledger_differences',
    ['requests', 'promptTokens', 'costNano'].map((what, number) => ({
      organization_id: key.membership.organization.id,
      check_id: id(12),
      id: uuidOf(`${id(12)} difference ${what}`),
      kind: 'daily_sum',
      subject_id: key.id,
      day: new Date(until.getTime() - 13 * DAY_MS).toISOString().slice(0, 10),
      what,
      expected: 1000 + number,
      actual: 998,
    })),
  )
}

/** A recount of a week that was finished, with calls that it found on one side only. */
async function writeRecount(
  client: pg.ClientBase,
  { seed, until }: BusyOptions,
  { organizations, people }: Everything,
): Promise<void> {
  const [organization] = organizations
  if (!organization) return
  const id = uuidOf(`litemaas busy ${String(seed)} recount`)
  const [from, to] = [new Date(until.getTime() - 14 * DAY_MS), new Date(until.getTime() - 8 * DAY_MS)]
  const createdAt = new Date(until.getTime() - 7 * DAY_MS)
  const finishedAt = new Date(createdAt.getTime() + 90_000)
  const createdBy = administratorOf(organization, people)
  const counts = { calls_there: 20_100, calls_here: 20_096, missing_here: 6, missing_there: 2, booked: 6 }
  await copyRows(client, 'jobs', [
    {
      organization_id: PLATFORM,
      id,
      kind: 'usage.recount',
      status: 'succeeded',
      result: { missingHere: 6, missingThere: 2 },
      done: 7,
      total: 7,
      created_by: createdBy,
      attempt: 1,
      created_at: createdAt,
      started_at: createdAt,
      finished_at: finishedAt,
    },
  ])
  await copyRows(client, 'usage_recounts', [
    {
      id,
      job_organization_id: PLATFORM,
      from_day: from.toISOString().slice(0, 10),
      to_day: to.toISOString().slice(0, 10),
      is_applied: true,
      created_by: createdBy,
      created_at: createdAt,
      finished_at: finishedAt,
      compared_to: new Date(to.getTime() + DAY_MS),
      ...counts,
      foreign_calls: 14,
    },
  ])
  await client.query(
    `insert into usage_recount_differences (organization_id, recount_id, id, kind, at, request_id, api_key_id, model_name,
       our_cost_nano, their_cost_nano, our_tokens, their_tokens, is_booked)
     select organization_id, $1::uuid, id, case when row_number() over (order by at, id) % 4 = 0 then 'missing_there' else 'missing_here' end,
       at, request_id, api_key_id, model_name, null, cost_nano, null, prompt_tokens + completion_tokens, true
     from usage_logs where organization_id = $2 and source = 'proxy' and at >= $3 and at < $4 order by at, id limit 8`,
    [id, organization.id, from, to],
  )
  await client.query(
    `insert into usage_recount_totals (organization_id, recount_id, day, api_key_id, model_name, our_calls, their_calls, our_cost_nano,
       their_cost_nano, our_tokens, their_tokens)
     select organization_id, $1::uuid, day, api_key_id, model_name, sum(requests), sum(requests) + (min(requests) % 7 = 0)::int,
       sum(cost_nano), sum(cost_nano) + (min(requests) % 7 = 0)::int * 1000, sum(prompt_tokens + completion_tokens),
       sum(prompt_tokens + completion_tokens)
     from usage_daily where organization_id = $2 and day >= $3::date and day < $4::date group by 1, 2, 3, 4, 5
     order by day, api_key_id limit 120`,
    [id, organization.id, from, to],
  )
}

// Usage, and every sum that follows from it, made by the database from the calls themselves.
import type pg from 'pg'
import { Random, uuidOf } from '../random.ts'
import { copyRows, type Row } from './copy.ts'
import type { BusyOptions, BusyOrganization, BusyPerson } from './plan.ts'
import type { BusyKey } from './rights.ts'
import { callsOf, startOf } from './traffic.ts'

/** Their calls against those of 500 people, whatever the scale: enough for every chart of theirs. */
const SHARE_OF_LOCAL_PEOPLE = 0.05

const PLATFORM = '00000000-0000-4000-8000-000000000000'

/** Answers how many calls. */
export async function writeUsage(
  client: pg.ClientBase,
  options: BusyOptions,
  organizations: readonly BusyOrganization[],
  keys: readonly BusyKey[],
): Promise<number> {
  const ofLocalPeople = keys.filter(({ person }) => person.local !== undefined)
  let calls = await copyRows(
    client,
    'usage_logs',
    callsOf(
      options,
      keys.filter(({ person }) => person.local === undefined),
    ),
  )
  calls += await copyRows(
    client,
    'usage_logs',
    callsOf({ ...options, scale: SHARE_OF_LOCAL_PEOPLE }, ofLocalPeople),
  )
  const ids = organizations.map(({ id }) => id)
  await client.query(
    `insert into usage_daily (organization_id, day, user_id, api_key_id, model_id, team_id, outcome, model_name, requests, errors,
       prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, duration_ms, duration_calls, first_token_ms,
       first_token_calls, duration_histogram, first_token_histogram)
     select organization_id, (at at time zone 'UTC')::date, user_id, api_key_id, model_id, team_id, outcome, max(model_name),
       count(*), count(*) filter (where outcome = 'error'), sum(prompt_tokens), sum(cached_prompt_tokens), sum(completion_tokens),
       sum(cost_nano), coalesce(sum(duration_ms), 0), count(duration_ms),
       coalesce(sum(time_to_first_token_ms) filter (where is_stream), 0), count(time_to_first_token_ms) filter (where is_stream),
       latency_histogram(array_agg(duration_ms)), latency_histogram(array_agg(time_to_first_token_ms) filter (where is_stream))
     from usage_logs where organization_id = any ($1) group by 1, 2, 3, 4, 5, 6, 7 order by 2`,
    [ids],
  )
  // Only what might still be reported a second time.
  await client.query(
    `insert into usage_events (organization_id, source, request_id, at)
     select organization_id, source, request_id, booked_at from usage_logs
     where organization_id = any ($1) and at >= $2::timestamptz - interval '7 days' on conflict do nothing`,
    [ids, options.until],
  )
  await client.query(
    `update api_keys k set last_used_at = l.at
     from (select organization_id, api_key_id, max(at) as at from usage_logs where organization_id = any ($1) group by 1, 2) l
     where k.organization_id = l.organization_id and k.id = l.api_key_id`,
    [ids],
  )
  return calls
}

interface PlannedBudget {
  readonly organizationId: string
  readonly id: string
  readonly level: 'key' | 'key_model' | 'user' | 'team' | 'organization' | 'platform'
  readonly subjectId: string
  readonly modelId: string | null
  readonly duration: '1d' | '7d' | '1mo' | '1y' | null
  readonly createdAt: Date
  /** Of the window with the most spending; 0: no limit. */
  readonly factor: number
}

function planBudgets(
  options: BusyOptions,
  organizations: readonly BusyOrganization[],
  people: readonly BusyPerson[],
  keys: readonly BusyKey[],
  isFirst: boolean,
): PlannedBudget[] {
  const random = new Random(`${String(options.seed)} busy budgets`)
  const factor = (): number => 1.02 + random.logNormal(0.5, 0.9)
  const budget = (
    level: PlannedBudget['level'],
    organizationId: string,
    subjectId: string,
    rest: { duration: PlannedBudget['duration']; createdAt: Date; factor: number; modelId?: string },
  ): PlannedBudget => ({
    organizationId,
    id: uuidOf(`${organizationId} budget ${level} ${subjectId} ${rest.modelId ?? ''}`),
    level,
    subjectId,
    modelId: null,
    ...rest,
  })
  const monthly = { duration: '1mo', factor: 1.3 } as const
  const ofKey = (key: BusyKey): PlannedBudget[] => {
    const organizationId = key.membership.organization.id
    const { createdAt, budgetDuration: duration, subscriptions, id } = key
    const first = subscriptions[0]?.model.id
    return [
      budget('key', organizationId, id, { duration, createdAt, factor: random.isLucky(0.2) ? 0 : factor() }),
      ...(first !== undefined && random.isLucky(0.04)
        ? [
            budget('key_model', organizationId, id, {
              duration: '1mo',
              createdAt,
              factor: factor(),
              modelId: first,
            }),
          ]
        : []),
    ]
  }
  return [
    ...keys.filter(({ state }) => state !== 'deleted').flatMap(ofKey),
    ...people.flatMap(({ id, memberships, local }) =>
      memberships
        // Drawn for everybody, so that one more person changes nobody else's.
        .filter(() => random.isLucky(0.35) || local !== undefined)
        .map(({ organization, joinedAt }) =>
          budget('user', organization.id, id, { duration: '1mo', createdAt: joinedAt, factor: factor() }),
        ),
    ),
    ...organizations.flatMap((organization) => [
      budget('organization', organization.id, organization.id, {
        ...monthly,
        createdAt: organization.createdAt,
      }),
      ...organization.teams
        .filter(({ isArchived }) => !isArchived)
        .map(({ id, createdAt }) =>
          budget('team', organization.id, id, { duration: '1mo', createdAt, factor: factor() }),
        ),
    ]),
    ...(isFirst ? [budget('platform', PLATFORM, PLATFORM, { ...monthly, createdAt: startOf(options) })] : []),
  ]
}

const DAY_NANO = 50_000_000n

/** Two digits that mean something, and never nothing. */
function rounded(nano: number): bigint {
  if (nano < Number(DAY_NANO)) return DAY_NANO
  const unit = 10 ** (Math.floor(Math.log10(nano)) - 1)
  return BigInt(Math.ceil(nano / unit)) * BigInt(unit)
}

/** Budgets of every level, with what their windows have spent. With `isFirst`, the platform's own as well. Answers how many. */
export async function writeBudgets(
  client: pg.ClientBase,
  options: BusyOptions,
  who: {
    organizations: readonly BusyOrganization[]
    people: readonly BusyPerson[]
    keys: readonly BusyKey[]
  },
  isFirst: boolean,
): Promise<number> {
  const planned = planBudgets(options, who.organizations, who.people, who.keys, isFirst)
  await client.query(`create temporary table busy_budgets (organization_id uuid, id uuid, level text, subject_id uuid, model_id uuid,
    duration text, created_at timestamptz) on commit drop`)
  await copyRows(
    client,
    'busy_budgets',
    planned.map((one) => ({
      organization_id: one.organizationId,
      id: one.id,
      level: one.level,
      subject_id: one.subjectId,
      model_id: one.modelId,
      duration: one.duration,
      created_at: one.createdAt,
    })),
  )
  await client.query('analyze busy_budgets')
  await sumWindows(client, options, who.organizations)
  const { rows } = await client.query<{ id: string; most: string; present: string | null }>(
    `select id, max(spent)::text as most, (sum(spent) filter (where ends_at is null or ends_at > $1))::text as present
     from busy_windows group by id`,
    [options.until],
  )
  const spent = new Map(rows.map((row) => [row.id, row]))
  await client.query(`create temporary table busy_limits (id uuid, limit_nano bigint, soft_limit_nano bigint, spent_nano bigint)
    on commit drop`)
  await copyRows(
    client,
    'busy_limits',
    planned.map((one): Row => {
      const { most = '0', present = null } = spent.get(one.id) ?? {}
      const limit = one.factor === 0 ? null : rounded(Number(most) * one.factor)
      const hasSoftLimit = limit !== null && uuidOf(one.id).startsWith('a')
      return {
        id: one.id,
        limit_nano: limit,
        soft_limit_nano: hasSoftLimit ? (limit * 8n) / 10n : null,
        spent_nano: BigInt(present ?? '0'),
      }
    }),
  )
  const { rowCount } = await client.query(
    `insert into budgets (organization_id, id, level, subject_id, model_id, limit_nano, soft_limit_nano, spent_nano, duration, reset_at,
       created_at, updated_at, counted_since, counted_from_nano)
     select b.organization_id, b.id, b.level, b.subject_id, b.model_id, l.limit_nano, l.soft_limit_nano, l.spent_nano, b.duration,
       next_budget_reset(b.duration, $1), b.created_at, b.created_at,
       greatest(b.created_at, budget_window_start(b.duration, next_budget_reset(b.duration, $1))), 0
     from busy_budgets b join busy_limits l using (id)`,
    [options.until],
  )
  await client.query(
    `insert into budget_windows (organization_id, budget_id, ended_at, started_at, limit_nano, spent_nano, adjusted_nano)
     select b.organization_id, b.id, w.ends_at, greatest(budget_window_start(b.duration, w.ends_at), b.created_at), l.limit_nano, w.spent, 0
     from busy_windows w join busy_budgets b using (id) join busy_limits l using (id)
     where w.ends_at <= $1 and w.spent > 0`,
    [options.until],
  )
  return rowCount ?? 0
}

/** What each budget paid in each of its windows, at the moment when a call was booked; reported calls count when they took place. */
async function sumWindows(
  client: pg.ClientBase,
  { until }: BusyOptions,
  organizations: readonly BusyOrganization[],
): Promise<void> {
  await client.query(
    `create temporary table busy_windows (id uuid, ends_at timestamptz, spent bigint) on commit drop`,
  )
  await client.query(
    `with calls as (
       select organization_id, user_id, team_id, api_key_id, model_id,
         date_trunc('day', case when metadata ? 'via' then at else booked_at end, 'UTC') as paid_at, sum(cost_nano) as cost
       from usage_logs where organization_id = any ($1) and cost_nano > 0 group by 1, 2, 3, 4, 5, 6
     ), paid as (
       select b.id, b.duration, c.paid_at, c.cost
       from calls c
       cross join lateral (values ('key', c.api_key_id), ('key_model', c.api_key_id), ('user', c.user_id), ('team', c.team_id),
         ('organization', c.organization_id), ('platform', $3::uuid)) as chain (level, subject_id)
       join busy_budgets b on b.level = chain.level and b.subject_id = chain.subject_id
         and b.organization_id = case when b.level = 'platform' then $3::uuid else c.organization_id end
         and (b.model_id is null or b.model_id = c.model_id)
     )
     insert into busy_windows
     select id, next_budget_reset(duration, paid_at), sum(cost)::bigint from paid
     where paid_at <= $2::timestamptz group by 1, 2`,
    [organizations.map(({ id }) => id), until, PLATFORM],
  )
}

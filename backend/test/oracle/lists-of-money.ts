// Budgets, calls, and the proofs of the ledger.
import { both, inOrg, usd, spent, search, since, until, type ListOracle } from './list-oracle.ts'

const budgetRows = `
  select b.id, b.organization_id as "organizationId", b.level, b.subject_id as "subjectId",
    coalesce(case when b.level like 'key%' then (select name from api_keys where id = b.subject_id)
      when b.level = 'user' then (select display_name from users where id = b.subject_id)
      when b.level = 'team' then (select name from teams where id = b.subject_id)
      else (select name from organizations where id = b.subject_id) end, '') as "subjectName",
    b.model_id as "modelId", (select name from models where id = b.model_id) as "modelName",
    case when b.level = 'user' then b.subject_id else (select user_id from api_keys where id = b.subject_id) end as "userId",
    ${usd('b.limit_nano')} as "limit", ${usd('b.soft_limit_nano')} as "softLimit", ${usd(spent)} as spent, b.duration, b.version,
    ${usd('case when b.increase_until > now() then b.increase_nano else 0 end')} as increase,
    (case when b.limit_nano is null then 0 else floor(${spent} * 1000.0
      / (b.limit_nano + case when b.increase_until > now() then b.increase_nano else 0 end)) / 10 end)::float8 as "usedPercent",
    b.created_at as "createdAt"
  from budgets b`

/** Teams whose calls a manager may look at: everybody is in the default one, so it counts only for who looks after it. */
const answeredFor = `select a.team_id from team_members a join teams own on own.id = a.team_id
  where a.user_id = :user and (a.role = 'admin' or not own.is_default)`

const callRows = (where: string): string => `
  select l.id, l.at, l.request_id as "requestId", l.model_id as "modelId", l.model_name as "modelName", l.api_key_id as "apiKeyId",
    coalesce(k.name, l.metadata ->> 'keyName') as "apiKeyName", l.operation, l.is_stream as "isStream", l.outcome,
    l.status_code as "statusCode", l.error_code as "errorCode", l.prompt_tokens as "promptTokens",
    l.cached_prompt_tokens as "cachedPromptTokens", l.completion_tokens as "completionTokens", ${usd('l.cost_nano')} as cost,
    l.duration_ms as "durationMs", l.time_to_first_token_ms as "timeToFirstTokenMs", l.source, l.organization_id as "organizationId",
    l.user_id as "userId", u.username, l.team_id as "teamId", t.name as "teamName", m.provider, l.end_user as "endUser"
  from usage_logs l join users u on u.id = l.user_id join models m on m.id = l.model_id left join teams t on t.id = l.team_id
  left join api_keys k on k.id = l.api_key_id
  where l.at >= :until::timestamptz - interval '3 days' and ${where}`

const lastDays = (values: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> => ({
  from: new Date(Date.parse(values['until'] ?? '') - 3 * 86_400_000).toISOString(),
})

const callFilters: ListOracle['filters'] = {
  from: since('at'),
  to: until('at'),
  minCost: { where: 'cost >= :v::numeric', pick: 'cost' },
  minDurationMs: { where: '"durationMs" >= :v::int', pick: '"durationMs"' },
  errorCode: {},
  organizationIds: { where: '"organizationId" = :v::uuid', pick: '"organizationId"' },
  teamIds: { where: '"teamId" = :v::uuid', pick: '"teamId"' },
  userIds: { where: '"userId" = :v::uuid', pick: '"userId"' },
  modelIds: { where: '"modelId" = :v::uuid', pick: '"modelId"' },
  providers: { where: 'provider = :v', pick: 'provider' },
  apiKeyIds: { where: '"apiKeyId" = :v::uuid', pick: '"apiKeyId"' },
}

export const money: readonly ListOracle[] = [
  {
    operationId: 'listMyBudgets',
    views: ['member', 'manager'],
    rows: `select b.id, b.level, b."subjectName", b."modelId", b."modelName", b."usedPercent", b.duration,
        case when b.level in ('key', 'key_model', 'user') then b."limit" + b.increase end as "limit",
        case when b.level in ('key', 'key_model', 'user') then b.spent end as spent
      from (${budgetRows}) b
      where (b."limit" is not null or b."softLimit" is not null) and (b.level = 'platform' or b."organizationId" = :org and case b.level
        when 'user' then b."subjectId" = :user when 'organization' then true
        when 'team' then b."subjectId" in (select team_id from team_members where user_id = :user)
          or b."subjectId" in (select team_id from api_keys where user_id = :user and revoked_at is null)
        else b."subjectId" in (select id from api_keys where user_id = :user and revoked_at is null) end)`,
  },
  {
    operationId: 'listBudgets',
    views: both,
    rows: `select * from (${budgetRows}) b where (b.level not like 'key%' or b."limit" is not null or b."softLimit" is not null)
      and ${inOrg('b."organizationId"')}`,
    filters: {
      search: search('"subjectName"', '"subjectName"'),
      minUsedPercent: { where: '"usedPercent" >= :v::numeric', pick: '"usedPercent"' },
    },
  },
  {
    operationId: 'listBudgetHistory',
    views: both,
    id: `select budget_id as id from budget_windows w where ${inOrg('w.organization_id')} group by 1 order by bool_or(adjusted_nano < 0) desc, count(*) desc, 1 limit 1`,
    key: ['endedAt'],
    rows: `select started_at as "startedAt", ended_at as "endedAt", ${usd('limit_nano')} as "limit", ${usd('spent_nano')} as spent,
      ${usd('adjusted_nano')} as adjusted from budget_windows where budget_id = :id`,
  },
  {
    operationId: 'listBudgetIncreases',
    views: both,
    id: `select budget_id as id from budget_increases i where ${inOrg('i.organization_id')} order by expires_at desc, budget_id limit 1`,
    rows: `select id, ${usd('amount_nano')} as amount, reason, created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt",
      ended_at is null and expires_at > now() as "isActive" from budget_increases where budget_id = :id`,
  },
  {
    operationId: 'listUsageLogs',
    views: ['member'],
    hasCursor: true,
    query: lastDays,
    rows: callRows('l.user_id = :user and l.organization_id = :org'),
    filters: callFilters,
  },
  {
    operationId: 'listAdminUsageLogs',
    views: ['manager', ...both],
    hasCursor: true,
    query: lastDays,
    rows: callRows(`${inOrg('l.organization_id')} and (not exists (select from memberships m
        where m.user_id = :user and m.organization_id = :org and m.role = 'manager')
      or l.team_id in (${answeredFor}))`),
    filters: callFilters,
  },
  {
    operationId: 'listUsageCompleteness',
    views: ['platform'],
    isPlatforms: true,
    isWhole: true,
    ignored: ['from', 'to'],
    key: ['day'],
    query: ({ until: to }) => ({
      from: new Date(Date.parse(to ?? '') - 30 * 86_400_000).toISOString().slice(0, 10),
      to: new Date(Date.parse(to ?? '') - 86_400_000).toISOString().slice(0, 10),
    }),
    rows: `select day::text, state, message, rows_seen as "rowsSeen", checked_at as "checkedAt", (select count(*) from litellm_spend_inbox i
        where i.state in ('unattributed', 'dead') and (to_timestamp((i.record ->> 'startedAt')::numeric / 1000) at time zone 'UTC')::date = day) as unattributed
      from usage_days_checked where day >= :until::date - 30 and day < :until::date`,
  },
  {
    operationId: 'listUsageIntake',
    views: ['platform'],
    isPlatforms: true,
    rows: `select id, request_id as "requestId", arrived_by as "arrivedBy", state, reason, attempts, record ->> 'modelGroup' as "modelName",
      to_timestamp((record ->> 'startedAt')::numeric / 1000) as "calledAt", received_at as "receivedAt" from litellm_spend_inbox`,
  },
  {
    operationId: 'listLedgerChecks',
    views: ['platform'],
    isPlatforms: true,
    rows: `select id, trigger, from_day::text as "fromDay", started_at as "startedAt", finished_at as "finishedAt", organizations, differences,
      differences > 0 as "hasDifferences" from ledger_checks`,
  },
  {
    operationId: 'listLedgerDifferences',
    views: ['platform'],
    isPlatforms: true,
    id: `select id from ledger_checks where differences > 0 order by id limit 1`,
    rows: `select id, organization_id as "organizationId", kind, subject_id as "subjectId", day::text, what from ledger_differences where check_id = :id`,
  },
  {
    operationId: 'listUsageRecounts',
    views: ['platform'],
    isPlatforms: true,
    rows: `select id, from_day::text as "from", to_day::text as "to", is_applied as "isApplied", created_by as "createdBy", created_at as "createdAt",
      calls_there as "callsThere", calls_here as "callsHere", missing_here as "missingHere", missing_there as "missingThere", booked from usage_recounts`,
  },
  {
    operationId: 'listUsageRecountDifferences',
    views: ['platform'],
    isPlatforms: true,
    id: 'select id from usage_recounts limit 1',
    rows: `select id, organization_id as "organizationId", kind, at, request_id as "requestId", api_key_id as "apiKeyId", model_name as "modelName",
      ${usd('their_cost_nano')} as "theirCost", their_tokens as "theirTokens", is_booked as "isBooked"
      from usage_recount_differences where recount_id = :id`,
  },
  {
    operationId: 'listUsageRecountTotals',
    views: ['platform'],
    isPlatforms: true,
    id: 'select id from usage_recounts limit 1',
    key: ['organizationId', 'day', 'apiKeyId', 'modelName'],
    rows: `select organization_id as "organizationId", day::text, api_key_id as "apiKeyId", model_name as "modelName", our_calls as "ourCalls",
      their_calls as "theirCalls", ${usd('our_cost_nano')} as "ourCost", ${usd('their_cost_nano')} as "theirCost",
      (our_calls, our_cost_nano, our_tokens) <> (their_calls, their_cost_nano, their_tokens) as "isDifferent"
      from usage_recount_totals where recount_id = :id`,
  },
]

import type { Stage, View } from './stage.ts'

// What usage answers must say, counted from the single calls; the server reads daily sums.

export interface Question {
  readonly name: string
  /** Sent as a query. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** The same in SQL, on a call `l`. */
  readonly where: string
  readonly from: Date
  readonly to: Date
  readonly outcome?: string
}

export type Row = Readonly<Record<string, unknown>>

/** Whose calls this reader sees. */
export function scopeOf({ name, organizationId, userId }: View): string {
  if (name === 'platform') return 'true'
  const inOrganization = `l.organization_id = '${String(organizationId)}'`
  if (name === 'administrator') return inOrganization
  if (name === 'member') return `${inOrganization} and l.user_id = '${userId}'`
  // Everybody is in the default team, so it counts only for who looks after it.
  return `${inOrganization} and l.team_id in (select a.team_id from team_members a join teams t on t.id = a.team_id
    where a.user_id = '${userId}' and (a.role = 'admin' or not t.is_default))`
}

const before = ({ from, to }: Question): Date => new Date(2 * from.getTime() - to.getTime())
const moment = (at: Date): string => `'${at.toISOString()}'::timestamptz`
const during = ({ from, to }: Question): string => `l.at >= ${moment(from)} and l.at < ${moment(to)}`
const previously = (question: Question): string =>
  `l.at >= ${moment(before(question))} and l.at < ${moment(question.from)}`

const figures = (now: string, outcome = 'success', prefix = ''): string => {
  const timed = `${now} and l.outcome = '${outcome}'`
  const columns = {
    requests: `count(*) filter (where ${now})`,
    errors: `count(*) filter (where ${now} and l.outcome = 'error')`,
    cancelled: `count(*) filter (where ${now} and l.outcome = 'cancelled')`,
    successRate: `(count(*) filter (where ${now} and l.outcome = 'success'))::float8 / nullif(count(*) filter (where ${now}), 0)`,
    promptTokens: `coalesce(sum(l.prompt_tokens) filter (where ${now}), 0)`,
    cachedPromptTokens: `coalesce(sum(l.cached_prompt_tokens) filter (where ${now}), 0)`,
    completionTokens: `coalesce(sum(l.completion_tokens) filter (where ${now}), 0)`,
    cost: `coalesce(sum(l.cost_nano) filter (where ${now}), 0) / 1e9`,
    averageDurationMs: `round(avg(l.duration_ms) filter (where ${timed}), 1)`,
    averageTimeToFirstTokenMs: `round(avg(l.time_to_first_token_ms) filter (where ${timed} and l.is_stream), 1)`,
  }
  return Object.entries(columns)
    .map(([name, text]) => `(${text})::float8 as "${prefix}${name}"`)
    .join(', ')
}

/** Sums by an expression, of the period and, with names that begin with `previous.`, of the one before. */
export function sumsBy(stage: Stage, view: View, question: Question, by: string): Promise<Row[]> {
  const { outcome } = question
  return stage.select(
    `select ${by} as id, ${figures(`(${during(question)})`, outcome)}, ${figures(`(${previously(question)})`, outcome, 'previous.')}
     from usage_logs l join models m on m.id = l.model_id
     where ${scopeOf(view)} and ${question.where} and l.at >= ${moment(before(question))} and l.at < ${moment(question.to)} group by 1`,
  )
}

/** How many are different, in the period. */
export async function activeIn(stage: Stage, view: View, question: Question): Promise<Row> {
  const [row] = await stage.select(
    `select count(distinct user_id)::int as "activeUsers", count(distinct api_key_id)::int as "activeApiKeys",
       count(distinct model_id)::int as "activeModels"
     from usage_logs l join models m on m.id = l.model_id where ${scopeOf(view)} and ${question.where} and ${during(question)}`,
  )
  return row ?? {}
}

/** Nearest rank, from every measured time. */
export async function percentilesOf(
  stage: Stage,
  view: View,
  question: Question,
  measure: 'duration_ms' | 'time_to_first_token_ms',
): Promise<Row> {
  const streamed = measure === 'duration_ms' ? 'true' : 'l.is_stream'
  const [row] = await stage.select(
    `select count(${measure})::int as calls, round(avg(${measure}), 1)::float8 as mean,
       percentile_disc(0.5) within group (order by ${measure}) as p50, percentile_disc(0.95) within group (order by ${measure}) as p95,
       percentile_disc(0.99) within group (order by ${measure}) as p99
     from usage_logs l join models m on m.id = l.model_id
     where ${scopeOf(view)} and ${question.where} and ${during(question)} and ${streamed} and l.outcome = '${question.outcome ?? 'success'}'`,
  )
  return row ?? {}
}

export function failuresOf(stage: Stage, view: View, question: Question): Promise<Row[]> {
  return stage.select(
    `select l.outcome, l.status_code as "statusCode", l.error_code as "errorCode", (count(*) filter (where ${during(question)}))::int as requests,
       (count(*) filter (where ${previously(question)}))::int as previous
     from usage_logs l join models m on m.id = l.model_id
     where ${scopeOf(view)} and ${question.where} and l.outcome <> 'success' group by 1, 2, 3
     having count(*) filter (where ${during(question)}) > 0 order by 4 desc, 1, 2, 3`,
  )
}

export function callsOf(stage: Stage, view: View, question: Question): Promise<Row[]> {
  return stage.select(
    `select l.id, l.cost_nano / 1e9 as cost from usage_logs l join models m on m.id = l.model_id
     where ${scopeOf(view)} and ${question.where} and ${during(question)} order by l.at, l.id`,
  )
}

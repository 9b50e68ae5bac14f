import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import {
  IntakeItem,
  LedgerCheck,
  type IntakeListQuery,
  type LedgerCheckListQuery,
} from './usage-intake.schemas.ts'

const Total = Type.Object({ total: Type.Integer() })

const DayRow = Type.Object({
  day: Type.String(),
  state: Type.Unsafe<'complete' | 'partial' | 'unknown'>({ enum: ['complete', 'partial', 'unknown'] }),
  checkedAt: Nullable(Type.String()),
  rowsSeen: Nullable(Type.BigInt()),
  message: Nullable(Type.String()),
  unattributed: Type.Integer(),
})
export type DayRow = Static<typeof DayRow>

/** Every day of the range, looked at or not, with the calls that wait for something that is missing. */
export function listDays(tx: Tx, from: string, to: string): Promise<DayRow[]> {
  return tx.many(sql(DayRow)`
    with days as (
      select day::date as day from generate_series(${from}::date::timestamp, ${to}::date::timestamp, interval '1 day') as day
    ), waiting as (
      select (timezone('UTC', to_timestamp((record ->> 'startedAt')::float8 / 1000)))::date as day, count(*)::int as count
      from litellm_spend_inbox where state in ('unattributed', 'dead') group by 1
    )
    select d.day, coalesce(c.state, 'unknown') as state, c.checked_at as "checkedAt", c.rows_seen as "rowsSeen", c.message,
      coalesce(w.count, 0) as unattributed
    from days d left join usage_days_checked c on c.day = d.day and c.source = 'litellm' left join waiting w on w.day = d.day
    order by d.day`)
}

const item = sql`id, request_id as "requestId", arrived_by as "arrivedBy", state, reason, attempts,
  coalesce(nullif(record ->> 'modelGroup', ''), record ->> 'model', '') as "modelName",
  to_timestamp((record ->> 'startedAt')::float8 / 1000) as "calledAt", received_at as "receivedAt"`

const orders = {
  receivedAt: sql`received_at, id`,
  '-receivedAt': sql`received_at desc, id`,
  calledAt: sql`(record ->> 'startedAt')::float8, id`,
  '-calledAt': sql`(record ->> 'startedAt')::float8 desc, id`,
} as const

export async function listIntake(
  tx: Tx,
  query: IntakeListQuery,
): Promise<{ rows: IntakeItem[]; total: number }> {
  const where = sql.join(
    [
      sql`true`,
      ...(query.state === undefined ? [] : [sql`state = ${query.state}`]),
      ...(query.reason === undefined ? [] : [sql`reason = ${query.reason}`]),
    ],
    ' and ',
  )
  const [rows, { total }] = await Promise.all([
    tx.many(sql(IntakeItem)`
      select ${item} from litellm_spend_inbox where ${where}
      order by ${orders[query.sort ?? '-receivedAt']} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*)::int as total from litellm_spend_inbox where ${where}`),
  ])
  return { rows, total }
}

export function lockIntake(tx: Tx, id: string): Promise<IntakeItem | undefined> {
  return tx.find(sql(IntakeItem)`select ${item} from litellm_spend_inbox where id = ${id} for update`)
}

/** Puts it back to work as if it had just come. */
export function redriveIntake(tx: Tx, id: string): Promise<IntakeItem> {
  return tx.one(sql(IntakeItem)`
    update litellm_spend_inbox set state = 'pending', reason = null, attempts = 0, next_at = now(), lease_until = null
    where id = ${id} returning ${item}`)
}

export async function listChecks(
  tx: Tx,
  query: LedgerCheckListQuery,
): Promise<{ rows: LedgerCheck[]; total: number }> {
  const where =
    query.hasDifferences === undefined ? sql`true` : sql`(differences > 0) = ${query.hasDifferences}`
  const [rows, { total }] = await Promise.all([
    tx.many(sql(LedgerCheck)`
      select id, trigger, from_day as "fromDay", started_at as "startedAt", finished_at as "finishedAt", organizations, differences
      from ledger_checks where ${where} order by started_at desc, id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*)::int as total from ledger_checks where ${where}`),
  ])
  return { rows, total }
}

const DifferenceRow = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  kind: Type.Unsafe<'daily_sum' | 'budget_spent' | 'budget_reserved'>({
    enum: ['daily_sum', 'budget_spent', 'budget_reserved'],
  }),
  subjectId: Type.String(),
  day: Nullable(Type.String()),
  what: Type.String(),
  expected: Type.BigInt(),
  actual: Type.BigInt(),
})
export type DifferenceRow = Static<typeof DifferenceRow>

/** Undefined when there is no such check. */
export async function listLedgerDifferences(
  tx: Tx,
  checkId: string,
  query: { limit: number; offset: number },
): Promise<{ rows: DifferenceRow[]; total: number } | undefined> {
  if ((await tx.run(sql`select from ledger_checks where id = ${checkId}`)) === 0) return undefined
  const [rows, { total }] = await Promise.all([
    tx.many(sql(DifferenceRow)`
      select id, organization_id as "organizationId", kind, subject_id as "subjectId", day, what, expected, actual
      from ledger_differences where check_id = ${checkId} order by id limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*)::int as total from ledger_differences where check_id = ${checkId}`),
  ])
  return { rows, total }
}

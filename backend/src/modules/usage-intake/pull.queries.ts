import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'

/** How long one window is, in seconds. */
export const WINDOW_SECONDS = 120
/** After this a window is believed to be whole: longer than LiteLLM lets a call last, and than its logs take. */
const FINAL_SECONDS = 2 * 3600
const RECENT_SECONDS = 20 * 60
const AGAIN_SECONDS = 10 * 60

/** Where the reading begins, at the first run of an installation. */
export async function beginReading(tx: Tx, now: Date): Promise<void> {
  await tx.run(sql`
    insert into spend_log_windows (starts_at, rows_total, read_at)
    select date_bin(${WINDOW_SECONDS} * interval '1 second', ${now}::timestamptz, 'epoch'::timestamptz), -1, 'epoch'
    where not exists (select from spend_log_windows)`)
}

const Due = Type.Object({
  /** Epoch milliseconds. */
  startsAt: Type.Number(),
  rowsTotal: Nullable(Type.BigInt()),
})
export type Due = Static<typeof Due>

/**
 * Windows to look at now, oldest first: unread ones; recent ones each time; then now and again; and once more when they
 * should be whole.
 */
export function dueWindows(tx: Tx, now: Date, limit: number): Promise<Due[]> {
  return tx.many(sql(Due)`
    with all_windows as (
      select starts_at, starts_at + ${WINDOW_SECONDS} * interval '1 second' as ends_at
      from generate_series((select min(starts_at) from spend_log_windows), ${now}::timestamptz,
        ${WINDOW_SECONDS} * interval '1 second') as starts_at
    )
    select extract(epoch from a.starts_at)::float8 * 1000 as "startsAt", w.rows_total as "rowsTotal"
    from all_windows a left join spend_log_windows w using (starts_at)
    where w.starts_at is null
      or a.ends_at > ${now}::timestamptz - ${RECENT_SECONDS} * interval '1 second'
      or (w.read_at < a.ends_at + ${FINAL_SECONDS} * interval '1 second'
        and (w.read_at < ${now}::timestamptz - ${AGAIN_SECONDS} * interval '1 second'
          or a.ends_at + ${FINAL_SECONDS} * interval '1 second' <= ${now}::timestamptz))
    order by a.starts_at limit ${limit}`)
}

export async function recordWindow(tx: Tx, startsAt: number, total: bigint, readAt: Date): Promise<void> {
  await tx.run(sql`
    insert into spend_log_windows as w (starts_at, rows_total, read_at)
    values (${new Date(startsAt)}, ${total}, ${readAt})
    on conflict on constraint spend_log_windows_pkey do update
      set rows_total = excluded.rows_total, read_at = greatest(w.read_at, excluded.read_at)`)
}

/**
 * Says of each day what is known: complete when every window of it was looked at once more after it should have been whole.
 * `trouble` is why the last reading ended early.
 */
export async function recordDays(tx: Tx, now: Date, trouble: string | null): Promise<number> {
  return tx.run(sql`
    with bounds as (
      select min(starts_at) as began, greatest(min(starts_at), ${now}::timestamptz - interval '34 days') as since from spend_log_windows
    ), days as (
      select day::date as day, timezone('UTC', day) as starts_at, timezone('UTC', day + interval '1 day') as ends_at
      from bounds, generate_series(date_trunc('day', timezone('UTC', since)), timezone('UTC', ${now}::timestamptz), interval '1 day') as day
    ), facts as (
      select d.day, d.ends_at, b.began > d.starts_at as begins_late, b.began,
        count(w.starts_at) filter (where w.read_at >= w.starts_at + ${WINDOW_SECONDS + FINAL_SECONDS} * interval '1 second') as whole,
        coalesce(sum(greatest(w.rows_total, 0)), 0)::bigint as rows_seen
      from days d cross join bounds b
      left join spend_log_windows w on w.starts_at >= d.starts_at and w.starts_at < d.ends_at
      group by d.day, d.ends_at, d.starts_at, b.began
    ), judged as (
      select day, rows_seen,
        case when whole * ${WINDOW_SECONDS} >= 86400 then 'complete' else 'partial' end as state,
        case
          when whole * ${WINDOW_SECONDS} >= 86400 then null
          when begins_late then 'Reading began at ' || to_char(timezone('UTC', began), 'YYYY-MM-DD HH24:MI') || ' UTC.'
          when ends_at > ${now}::timestamptz - ${FINAL_SECONDS} * interval '1 second' then 'Late calls may still arrive.'
          else 'LiteLLM''s logs of this day could not be read to the end.'
        end || case when ${trouble}::text is null or whole * ${WINDOW_SECONDS} >= 86400 then '' else ' ' || ${trouble}::text end as message
      from facts
    )
    insert into usage_days_checked as c (day, source, state, checked_at, rows_seen, message)
    select day, 'litellm', state, ${now}, rows_seen, left(message, 500) from judged
    on conflict on constraint usage_days_checked_pkey do update
      set state = excluded.state, checked_at = excluded.checked_at, rows_seen = excluded.rows_seen, message = excluded.message
      where c.state <> 'complete'`)
}

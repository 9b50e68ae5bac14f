import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { UpstreamCounts } from './upstream.ts'
import type { Stack } from './stack.ts'

/** What was called, what was written down, and what every budget has paid; nano-USD. */
export interface Books {
  readonly calls: number
  readonly reachedUpstream: number
  readonly rows: number
  readonly successes: number
  readonly daily: number
  readonly cost: bigint
  readonly budgets: ReadonlyArray<{ level: string; spent: bigint; held: bigint }>
  /** Sentences; none when the books balance. */
  readonly faults: readonly string[]
}

const PATIENCE_MS = 10_000

/** Waits for the last usage to be written, then compares. A bench that loses rows measured something else. */
export async function checkBooks(stack: Stack, calls: number): Promise<Books> {
  const client = new pg.Client({ connectionString: stack.superuserUrl })
  await client.connect()
  try {
    let books = await readBooks(client, stack, calls)
    for (const end = Date.now() + PATIENCE_MS; books.faults.length > 0 && Date.now() < end;) {
      await sleep(250)
      books = await readBooks(client, stack, calls)
    }
    return books
  } finally {
    await client.end()
  }
}

async function readBooks(client: pg.Client, stack: Stack, calls: number): Promise<Books> {
  const { fromGateway: reachedUpstream } = await stack.upstream.ask<UpstreamCounts>({ task: 'counts' })
  const { id } = stack.key
  const usage = await client.query<{ rows: string; successes: string; cost: string }>(
    `select count(*) as rows, count(*) filter (where outcome = 'success') as successes, coalesce(sum(cost_nano), 0) as cost
     from usage_logs where api_key_id = $1`,
    [id],
  )
  const days = await client.query<{ requests: string; cost: string }>(
    'select coalesce(sum(requests), 0) as requests, coalesce(sum(cost_nano), 0) as cost from usage_daily where api_key_id = $1',
    [id],
  )
  const budgets = await client.query<{ level: string; spent: string; reserved: string; held: string }>(
    `select b.level, b.spent_nano as spent, b.reserved_nano as reserved, coalesce(sum(r.amount_nano), 0) as held
     from budgets b left join reservations r on r.organization_id = b.organization_id and r.budget_id = b.id
     where b.subject_id = $1 group by b.organization_id, b.id order by b.level`,
    [id],
  )
  const [row] = usage.rows
  const [day] = days.rows
  const rows = Number(row?.rows)
  const successes = Number(row?.successes)
  const cost = BigInt(row?.cost ?? 0)
  const faults: string[] = []
  const expect = (holds: boolean, sentence: string): void => {
    if (!holds) faults.push(sentence)
  }
  expect(rows === calls, `${String(calls)} calls, but ${String(rows)} usage rows`)
  expect(successes === calls, `${String(calls)} calls, but ${String(successes)} successes on record`)
  expect(
    reachedUpstream === calls,
    `${String(calls)} calls, but ${String(reachedUpstream)} reached the model`,
  )
  expect(
    Number(day?.requests) === rows && BigInt(day?.cost ?? 0) === cost,
    'the daily sums differ from the rows',
  )
  expect(budgets.rows.length === 2, `the key has ${String(budgets.rows.length)} budgets instead of 2`)
  for (const { level, spent, reserved, held } of budgets.rows) {
    expect(BigInt(spent) === cost, `budget ${level} has spent ${spent} instead of ${cost.toString()}`)
    expect(reserved === held, `budget ${level} has ${reserved} set aside, its reservations hold ${held}`)
  }
  return {
    calls,
    reachedUpstream,
    rows,
    successes,
    daily: Number(day?.requests),
    cost,
    budgets: budgets.rows.map((one) => ({
      level: one.level,
      spent: BigInt(one.spent),
      held: BigInt(one.held),
    })),
    faults,
  }
}

// What only the owner of the tables may do: a place for last month's calls, and an organization that is not born today.
import pg from 'pg'

/** Usage is kept in a partition for each month; the server makes those to come, never those that are over. */
export async function ensurePartitions(ownerUrl: string, from: Date, to: Date): Promise<void> {
  await asOwner(ownerUrl, (client) => ensurePartitionsOf(client, from, to))
}

/** As `ensurePartitions`, where a connection as the owner is there already. */
export async function ensurePartitionsOf(client: pg.ClientBase, from: Date, to: Date): Promise<void> {
  const firstOf = (months: number): Date =>
    new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1))
  for (let month = 0; firstOf(month) <= to; month += 1) {
    const [first, next] = [firstOf(month).toISOString(), firstOf(month + 1).toISOString()]
    const name = `usage_logs_${first.slice(0, 7).replace('-', '_')}`
    await client.query(
      `create table if not exists ${name} partition of usage_logs for values from ('${first}') to ('${next}')`,
    )
  }
}

/** Moves what was just made to before the calls that it explains. What is older stays. */
export async function moveToPast(ownerUrl: string, organizationId: string, days: number): Promise<void> {
  const by = `interval '${String(days)} days'`
  const isNew = (column: string): string => `${column} > now() - interval '1 day'`
  await asOwner(ownerUrl, async (client) => {
    await client.query('begin')
    await client.query(`select set_config('app.organization_id', $1, true)`, [organizationId])
    await client.query(`update api_keys set created_at = created_at - ${by} where ${isNew('created_at')}`)
    await client.query(
      `update subscription_history h set at = at - ${by} from subscriptions s
       where s.id = h.subscription_id and s.status <> 'pending' and ${isNew('s.created_at')}`,
    )
    await client.query(
      `update subscriptions set created_at = created_at - ${by}, requested_at = requested_at - ${by},
         decided_at = decided_at - ${by} where status <> 'pending' and ${isNew('created_at')}`,
    )
    await client.query('commit')
  })
}

async function asOwner(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'litemaas-seed' })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

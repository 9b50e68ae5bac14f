import pg from 'pg'
import { seedBusy } from '@litemaas/scripts/busy-seed'
import { MASTER_KEY, startWorld, type Client, type World } from '#test'
import { addMember, clientOf } from '../support/people.ts'

/** Who looks, and what of the data they may see: an organization, a person, or everything. */
export interface View {
  readonly name: 'member' | 'manager' | 'administrator' | 'platform'
  readonly client: Client
  /** Null: all of them. */
  readonly organizationId: string | null
  readonly userId: string
  /** What a request across organizations adds to its query. */
  readonly query: Readonly<Record<string, string>>
}

export interface Stage {
  readonly world: World
  readonly until: Date
  readonly views: Readonly<Record<View['name'], View>>
  /** Rows of base tables, past row-level security. `:name` stands for a value of `values`. */
  select(text: string, values?: Readonly<Record<string, string | null>>): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

const DAY_MS = 86_400_000

/** A world with the data of a busy installation, at a tenth of its size. */
export async function openBusyStage(scale = Number(process.env['BUSY_SCALE'] ?? '0.1')): Promise<Stage> {
  // Nothing but the test itself changes what is looked at.
  const world = await startWorld({ config: { LITELLM_SYNC_INTERVAL_SECONDS: '3600' } })
  const until = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS)
  const { organizations } = await seedBusy(
    { seed: 7, months: 3, scale, until },
    {
      superuserUrl: world.database.superuserUrl,
      proxy: { url: world.simulatorUrl, masterKey: MASTER_KEY },
      encryptionKey: world.environment('', 0)['ENCRYPTION_KEY'],
    },
  )
  const organizationId = organizations[0]?.id ?? ''
  const select: Stage['select'] = (text, values = {}) =>
    world.query(
      text.replaceAll(/(?<!:):([a-z]+)\b/g, (whole, name: string) => {
        const value = values[name]
        return value === undefined ? whole : value === null ? 'null' : pg.escapeLiteral(value)
      }),
    )
  const view = async (name: View['name'], whose: string): Promise<View> => {
    const [row] = await select(
      `select u.id, u.username from users u join memberships m on m.user_id = u.id and m.organization_id = :org
       where u.status = 'active' and u.platform_role = 'user' and m.status = 'active' and ${whose} limit 1`,
      { org: organizationId },
    )
    const { id: userId, username } = row as { id: string; username: string }
    const client = await clientOf(world, { userId, username, organizationId, platformRole: 'user' })
    return { name, client, organizationId, userId, query: {} }
  }
  const calls =
    '(select count(*) from usage_logs l where l.user_id = u.id and l.organization_id = m.organization_id)'
  // A list is asked for each of its filters, so its reader needs something of every kind, whatever day the seed ends on.
  const failures = `(exists (select from usage_logs l where l.user_id = u.id and l.organization_id = m.organization_id
    and l.error_code is not null and l.at > (select max(at) from usage_logs) - interval '2 days'))`
  const teams =
    '(select count(*) from team_members t where t.user_id = u.id and t.organization_id = m.organization_id)'
  const root = await addMember(world, { platformRole: 'admin', organizationId: null })
  const views = {
    member: await view('member', `m.role = 'member' order by ${failures} desc, ${calls} desc`),
    manager: await view('manager', `m.role = 'manager' order by ${teams} desc, u.id`),
    administrator: await view(
      'administrator',
      `m.role = 'admin' order by (select count(*) from jobs j where j.created_by = u.id) desc, u.id`,
    ),
    platform: {
      name: 'platform' as const,
      client: await clientOf(world, root),
      organizationId: null,
      userId: root.userId,
      query: { scope: 'platform', reason: 'The oracle looks.' },
    },
  }
  return { world, until, views, select, close: () => world.close() }
}

export function withQuery(
  path: string,
  ...parts: Readonly<Record<string, string | readonly string[]>>[]
): string {
  const query = new URLSearchParams()
  // What comes later counts.
  for (const [name, value] of Object.entries(Object.assign({}, ...parts) as (typeof parts)[number]))
    for (const one of typeof value === 'string' ? [value] : value) query.append(name, one)
  return `${path}?${query.toString()}`
}

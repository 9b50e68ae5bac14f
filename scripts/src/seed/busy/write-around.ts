// What surrounds people and calls: invitations, banners, jobs, the audit trail, and what is known about the ledger.
import type pg from 'pg'
import { Random, uuidOf } from '../random.ts'
import { copyRows, type Row } from './copy.ts'
import { DAY_MS, type BusyOptions, type BusyOrganization, type BusyPerson } from './plan.ts'
import type { BusyKey, BusySubscription } from './rights.ts'

export const PLATFORM = '00000000-0000-4000-8000-000000000000'

export interface Everything {
  readonly organizations: readonly BusyOrganization[]
  readonly people: readonly BusyPerson[]
  readonly subscriptions: readonly BusySubscription[]
  readonly keys: readonly BusyKey[]
}

const digestOf = (text: string): Buffer => Buffer.from(uuidOf(text).replaceAll('-', ''), 'hex')

/** The first active administrator of each organization. */
export function administratorOf(organization: BusyOrganization, people: readonly BusyPerson[]): string {
  const found = people.find(({ memberships }) =>
    memberships.some((one) => one.organization === organization && one.role === 'admin'),
  )
  if (!found) throw new Error(`${organization.name} has no administrator.`)
  return found.id
}

export async function writeInvitations(
  client: pg.ClientBase,
  { seed, until }: BusyOptions,
  { organizations, people }: Everything,
): Promise<void> {
  const rows = organizations.flatMap((organization) => {
    const members = people.filter(({ memberships }) =>
      memberships.some((one) => one.organization === organization),
    )
    return Array.from({ length: 14 }, (_, number): Row => {
      const random = new Random(`${String(seed)} busy invitation ${organization.id} ${String(number)}`)
      const state = (['open', 'open', 'accepted', 'expired', 'revoked'] as const)[number % 5]
      const age = state === 'open' ? random.between(1, 5) : random.between(8, 80)
      const createdAt = new Date(until.getTime() - age * DAY_MS)
      const guest = members[number % members.length]
      return {
        organization_id: organization.id,
        id: uuidOf(`${organization.id} invitation ${String(number)}`),
        digest: digestOf(`${organization.id} invitation ${String(number)} digest`),
        email: number % 3 === 0 ? null : `guest${String(number)}@${organization.domain}`,
        role: random.pick(['member', 'member', 'viewer', 'manager']),
        team_ids: number % 4 === 0 ? organization.teams.slice(1, 2).map(({ id }) => id) : [],
        created_by: administratorOf(organization, people),
        created_at: createdAt,
        // Open ones stay so for those who look at the data later.
        expires_at: new Date(createdAt.getTime() + (state === 'open' ? 400 : 7) * DAY_MS),
        revoked_at: state === 'revoked' ? new Date(createdAt.getTime() + DAY_MS) : null,
        accepted_at: state === 'accepted' && guest ? new Date(createdAt.getTime() + DAY_MS / 2) : null,
        accepted_by: state === 'accepted' && guest ? guest.id : null,
      }
    })
  })
  await copyRows(client, 'invitations', rows)
}

export async function writeBanners(client: pg.ClientBase, { seed, until }: BusyOptions): Promise<void> {
  const at = (days: number): Date => new Date(until.getTime() + days * DAY_MS)
  const banner = (number: number, severity: string, texts: Record<string, string>, more: Row): Row => ({
    id: uuidOf(`litemaas busy ${String(seed)} banner ${String(number)}`),
    severity,
    texts,
    starts_at: null,
    ends_at: null,
    platform_roles: [],
    organization_roles: [],
    is_public: false,
    dismiss_hours: 24,
    is_enabled: true,
    created_at: at(-40 + number),
    updated_at: at(-40 + number),
    ...more,
  })
  await copyRows(client, 'banners', [
    banner(
      1,
      'info',
      { en: 'Welcome to the **demonstration**.', de: 'Willkommen zur **Vorführung**.' },
      { is_public: true },
    ),
    banner(
      2,
      'warning',
      { en: 'Maintenance of the proxy on Sunday.', fr: 'Maintenance du proxy dimanche.' },
      { ends_at: at(300) },
    ),
    banner(3, 'success', { en: 'Forty models are in the catalogue.' }, { ends_at: at(-3) }),
    banner(
      4,
      'danger',
      { en: 'Approvals are waiting for you.' },
      { organization_roles: ['admin', 'manager'] },
    ),
    banner(5, 'info', { en: 'A draft.' }, { is_enabled: false, dismiss_hours: null }),
  ])
}

const platformJobs = ['models.synchronize', 'audit.verify'] as const

export async function writeJobs(
  client: pg.ClientBase,
  options: BusyOptions,
  { organizations, people }: Everything,
): Promise<void> {
  const places = [
    ...organizations.map((one) => ({
      id: one.id,
      admin: administratorOf(one, people),
      kinds: ['user.bulk-limits'] as const,
    })),
    { id: PLATFORM, admin: null, kinds: platformJobs },
  ]
  const rows = places.flatMap(({ id, admin, kinds }) => {
    return Array.from({ length: 16 }, (_, number): Row => {
      const random = new Random(`${String(options.seed)} busy job ${id} ${String(number)}`)
      const status = random.pick(['succeeded', 'succeeded', 'succeeded', 'failed', 'cancelled'] as const)
      const createdAt = new Date(options.until.getTime() - random.between(1, 6 * 86_400) * 1000)
      const total = random.between(5, 500)
      return {
        organization_id: id,
        id: uuidOf(`${String(options.seed)} ${id} job ${String(number)}`),
        kind: random.pick<string>(kinds),
        status,
        params: {},
        result: status === 'succeeded' ? { changed: total } : null,
        error_code: status === 'failed' ? 'UPSTREAM_UNAVAILABLE' : null,
        error_message: status === 'failed' ? 'LiteLLM did not answer.' : null,
        done: status === 'succeeded' ? total : Math.floor(total / 3),
        total,
        created_by: admin,
        attempt: status === 'failed' ? 3 : 1,
        is_cancel_requested: status === 'cancelled',
        created_at: createdAt,
        started_at: new Date(createdAt.getTime() + 800),
        finished_at: new Date(createdAt.getTime() + random.between(2, 300) * 1000),
      }
    })
  })
  await copyRows(client, 'jobs', rows)
}

interface Act {
  readonly organizationId: string
  readonly at: Date
  readonly category: string
  readonly action: string
  readonly actorId: string | null
  readonly resourceType: string
  readonly resourceId: string
  readonly after?: object
}

/** One row for each thing that the other rows tell of, in the order in which they happened. Answers how many. */
export async function writeAudit(
  client: pg.ClientBase,
  options: BusyOptions,
  all: Everything,
): Promise<number> {
  const acts = [...actsOfPeople(all), ...actsOfSubscriptions(all), ...actsOfKeys(all)].sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  )
  return copyRows(
    client,
    'audit_logs',
    acts.map((act, number) => {
      const isRefused = number % 97 === 0
      return {
        organization_id: act.organizationId,
        id: uuidOf(`litemaas busy ${String(options.seed)} audit ${String(number)} ${act.resourceId}`),
        at: act.at,
        category: act.category,
        action: act.action,
        result: isRefused ? 'refused' : 'success',
        actor_kind: act.actorId === null ? 'system' : 'person',
        actor_id: act.actorId,
        door: act.actorId === null ? 'job' : 'session',
        address: act.actorId === null ? null : `192.0.2.${String(number % 254)}`,
        request_id: uuidOf(`litemaas busy ${String(options.seed)} request ${String(number)}`),
        resource_type: act.resourceType,
        resource_id: act.resourceId,
        after: isRefused ? null : (act.after ?? null),
      }
    }),
  )
}

function actsOfPeople({ organizations, people }: Everything): Act[] {
  const made = organizations.map((organization) => ({
    organizationId: organization.id,
    at: organization.createdAt,
    category: 'organization',
    action: 'organization.created',
    actorId: null,
    resourceType: 'organization',
    resourceId: organization.id,
    after: { name: organization.name },
  }))
  const teams = organizations.flatMap((organization) =>
    organization.teams.map((team) => ({
      organizationId: organization.id,
      at: team.createdAt,
      category: 'team',
      action: 'team.created',
      actorId: administratorOf(organization, people),
      resourceType: 'team',
      resourceId: team.id,
      after: { name: team.name },
    })),
  )
  const joined = people.flatMap(({ id, memberships }) =>
    memberships.map(({ organization, role, joinedAt }) => ({
      organizationId: organization.id,
      at: joinedAt,
      category: 'identity',
      action: 'membership.created',
      actorId: id,
      resourceType: 'membership',
      resourceId: id,
      after: { role },
    })),
  )
  return [...made, ...teams, ...joined]
}

const actionOf: Readonly<Record<string, string>> = {
  active: 'approved', denied: 'denied', cancelled: 'cancelled', suspended: 'suspended', expired: 'expired',
} // prettier-ignore

function actsOfSubscriptions({ subscriptions }: Everything): Act[] {
  return subscriptions.flatMap(({ id, membership, history }) =>
    history.map(({ from, to, at, actorId }) => ({
      organizationId: membership.organization.id,
      at,
      category: 'subscription',
      action: `subscription.${from === null ? (to === 'active' ? 'opened' : 'requested') : (actionOf[to] ?? to)}`,
      actorId,
      resourceType: 'subscription',
      resourceId: id,
      after: { status: to },
    })),
  )
}

function actsOfKeys({ keys }: Everything): Act[] {
  return keys.flatMap((key) => {
    const act = (action: string, at: Date): Act => ({
      organizationId: key.membership.organization.id,
      at,
      category: 'api-key',
      action: `api_key.${action}`,
      actorId: key.person.id,
      resourceType: 'api_key',
      resourceId: key.id,
      after: { name: key.name },
    })
    const end = { active: null, expired: null, disabled: 'updated', revoked: 'revoked', deleted: 'deleted' }[
      key.state
    ]
    return [act('created', key.createdAt), ...(end !== null && key.endedAt ? [act(end, key.endedAt)] : [])]
  })
}

/** Increases, one of them at work, and forgiven sums of windows that are over. */
export async function writeCorrections(
  client: pg.ClientBase,
  { until }: BusyOptions,
  { organizations }: Everything,
): Promise<void> {
  const ids = organizations.map(({ id }) => id)
  await client.query(
    `insert into budget_increases (organization_id, id, budget_id, amount_nano, reason, created_at, expires_at)
     select organization_id, md5(id::text || n)::uuid, id, greatest(limit_nano / 10, 1), 'A demonstration for customers.',
       $2::timestamptz - n * interval '20 days', $2::timestamptz - n * interval '20 days' + interval '7 days'
     from (select * from budgets where organization_id = any ($1) and level in ('team', 'organization') and limit_nano is not null
       order by id limit 12) b, generate_series(1, 3) n`,
    [ids, until],
  )
  const active = `select organization_id, id, greatest(limit_nano / 5, 1) as amount from budgets
     where organization_id = any ($1) and level = 'user' and limit_nano is not null order by id limit 6`
  await client.query(
    `insert into budget_increases (organization_id, id, budget_id, amount_nano, reason, created_at, expires_at)
     select organization_id, md5(id::text || 'now')::uuid, id, amount, 'The yearly review.', $2::timestamptz - interval '2 days',
       $2::timestamptz + interval '20 days' from (${active}) a`,
    [ids, until],
  )
  await client.query(
    `update budgets b set increase_nano = a.amount, increase_until = $2::timestamptz + interval '20 days' from (${active}) a
     where b.organization_id = a.organization_id and b.id = a.id`,
    [ids, until],
  )
  const { rows } = await client.query<{ budget_id: string }>(
    `update budget_windows w set adjusted_nano = -spent_nano / 2, spent_nano = spent_nano - spent_nano / 2
     where (organization_id, budget_id, ended_at) in (
       select organization_id, budget_id, max(ended_at) from budget_windows
       where organization_id = any ($1) and spent_nano > 1000 group by 1, 2 order by 2 limit 10)
     returning budget_id`,
    [ids],
  )
  await client.query(
    `insert into budget_adjustments (organization_id, id, budget_id, kind, amount_nano, reason, at)
     select organization_id, md5(budget_id::text || 'reset')::uuid, budget_id, 'reset', adjusted_nano, 'An agent ran in circles.',
       ended_at - (ended_at - started_at) / 4
     from budget_windows where organization_id = any ($1) and adjusted_nano < 0 and budget_id = any ($2)`,
    [ids, rows.map((row) => row.budget_id)],
  )
}

import { Type, type Static } from '@sinclair/typebox'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import {
  CurrentOrganization,
  Organization,
  type OrganizationListQuery,
  type UpdateOrganization,
} from './organization.schemas.ts'

const OrganizationRow = Type.Object({
  ...Type.Omit(Organization, ['maxBudget', 'spend']).properties,
  maxBudgetNano: Nullable(Type.BigInt()),
  spendNano: Nullable(Type.BigInt()),
})
export type OrganizationRow = Static<typeof OrganizationRow>

const Total = Type.Object({ total: Type.BigInt() })

const facts = sql`o.id, o.name, o.is_default as "isDefault", o.is_restricted_to_list as "isRestrictedToList",
  o.rpm_limit as "rpmLimit", o.tpm_limit as "tpmLimit", o.max_parallel_requests as "maxParallelRequests",
  o.created_at as "createdAt", o.version`

/** One query for everything that an answer shows; a budget's window that is over at `now` counts 0. */
const select = (now: Date): Query => sql`
  select ${facts}, o.status,
    (select count(*)::int from memberships m where m.organization_id = o.id and m.removed_at is null) as members,
    (select count(*)::int from teams t where t.organization_id = o.id and t.archived_at is null) as teams,
    (select count(*)::int from api_keys k where k.organization_id = o.id and k.revoked_at is null) as keys,
    b.limit_nano as "maxBudgetNano", case when b.reset_at <= ${now} then 0 else b.spent_nano end as "spendNano"
  from organizations o
  left join budgets b on b.organization_id = o.id and b.level = 'organization' and b.subject_id = o.id and b.model_id is null`

const sortColumns: Readonly<Record<string, Query>> = {
  name: sql`o.name`,
  createdAt: sql`o.created_at`,
  members: sql`members`,
  teams: sql`teams`,
  keys: sql`keys`,
  spend: sql`"spendNano"`,
}

function orderOf(sort = 'name'): Query {
  const isDescending = sort.startsWith('-')
  const column = sortColumns[isDescending ? sort.slice(1) : sort] ?? sql`o.name`
  return isDescending ? sql`${column} desc nulls last, o.id` : sql`${column} asc nulls last, o.id`
}

/** All organizations but the platform's own, on the platform's connection. */
export async function listOrganizations(
  tx: Tx,
  query: OrganizationListQuery,
  now: Date,
): Promise<{ rows: OrganizationRow[]; total: number }> {
  const conditions = [sql`o.id <> ${PLATFORM_ORGANIZATION_ID}`]
  if (query.search !== undefined) conditions.push(sql`position(lower(${query.search}) in lower(o.name)) > 0`)
  if (query.status !== undefined) conditions.push(sql`o.status = ${query.status}`)
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(OrganizationRow)`
      ${select(now)} where ${where} order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from organizations o where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function findOrganization(tx: Tx, id: string, now: Date): Promise<OrganizationRow | undefined> {
  return tx.find(sql(OrganizationRow)`${select(now)} where o.id = ${id}`)
}

export function findCurrent(tx: Tx, id: string): Promise<CurrentOrganization | undefined> {
  return tx.find(sql(CurrentOrganization)`select ${facts} from organizations o where o.id = ${id}`)
}

/** Holds the organization until the end of the transaction, so that changes of it come one after the other. */
export async function lockOrganization(tx: Tx, id: string): Promise<boolean> {
  return (await tx.run(sql`select from organizations where id = ${id} for update`)) > 0
}

/** What is left out stays. */
export async function updateOrganization(tx: Tx, id: string, change: UpdateOrganization): Promise<void> {
  const sets = [sql`version = version + 1`, sql`updated_at = now()`]
  if (change.name !== undefined) sets.push(sql`name = ${change.name}`)
  if (change.status !== undefined) sets.push(sql`status = ${change.status}`)
  if (change.rpmLimit !== undefined) sets.push(sql`rpm_limit = ${change.rpmLimit}`)
  if (change.tpmLimit !== undefined) sets.push(sql`tpm_limit = ${change.tpmLimit}`)
  if (change.maxParallelRequests !== undefined)
    sets.push(sql`max_parallel_requests = ${change.maxParallelRequests}`)
  await tx.run(sql`update organizations set ${sql.join(sets, ', ')} where id = ${id}`)
}

const Id = Type.Object({ id: Type.String() })

/** With its default team; answers both ids. */
export async function insertOrganization(tx: Tx, name: string): Promise<{ id: string; teamId: string }> {
  const { id } = await tx.one(sql(Id)`insert into organizations (name) values (${name}) returning id`)
  const team = await tx.one(sql(Id)`
    insert into teams (organization_id, name, is_default) values (${id}, 'Default team', true) returning id`)
  return { id, teamId: team.id }
}

export async function isActiveUser(tx: Tx, id: string): Promise<boolean> {
  return (await tx.run(sql`select from users where id = ${id} and status = 'active'`)) > 0
}

export async function insertFirstAdministrator(
  tx: Tx,
  organization: { id: string; teamId: string },
  userId: string,
): Promise<void> {
  await tx.run(sql`
    insert into memberships (organization_id, user_id, role) values (${organization.id}, ${userId}, 'admin')`)
  await tx.run(sql`
    insert into team_members (organization_id, team_id, user_id)
    values (${organization.id}, ${organization.teamId}, ${userId})`)
}

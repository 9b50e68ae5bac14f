import { Type, type Static } from '@sinclair/typebox'
import { visibleModel } from '#modules/organizations'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable } from '#platform/http'
import { Team, type TeamAdministrationQuery, type TeamListQuery, type UpdateTeam } from './team.schemas.ts'

const TeamRow = Type.Object({
  ...Type.Omit(Team, ['maxBudget', 'spend', 'allowsAllModels']).properties,
  maxBudgetNano: Nullable(Type.BigInt()),
  spendNano: Nullable(Type.BigInt()),
})
export type TeamRow = Static<typeof TeamRow>

const Id = Type.Object({ id: Type.String() })
const Total = Type.Object({ total: Type.BigInt() })

/** Who looks, and when: their own role stands in each row, and a budget's window that is over counts 0. */
export interface View {
  readonly userId: string | null
  readonly now: Date
}

/** One query for everything that an answer shows. */
const select = ({ userId, now }: View): Query => sql`
  select t.id, t.organization_id as "organizationId", t.name, t.description, t.is_default as "isDefault",
    t.archived_at is not null as "isArchived", t.allowed_model_ids as "allowedModelIds", t.rpm_limit as "rpmLimit",
    t.tpm_limit as "tpmLimit", t.max_parallel_requests as "maxParallelRequests", mine.role as "myRole",
    (select count(*)::int from team_members tm where tm.organization_id = t.organization_id and tm.team_id = t.id) as members,
    (select count(*)::int from api_keys k
      where k.organization_id = t.organization_id and k.team_id = t.id and k.revoked_at is null) as keys,
    b.limit_nano as "maxBudgetNano", case when b.reset_at <= ${now} then 0 else b.spent_nano end as "spendNano",
    t.created_at as "createdAt", t.version
  from teams t
  left join team_members mine on mine.organization_id = t.organization_id and mine.team_id = t.id and mine.user_id = ${userId}
  left join budgets b on b.organization_id = t.organization_id and b.level = 'team' and b.subject_id = t.id and b.model_id is null`

const sortColumns: Readonly<Record<string, Query>> = {
  name: sql`lower(t.name)`,
  createdAt: sql`t.created_at`,
  members: sql`members`,
  keys: sql`keys`,
  spend: sql`"spendNano"`,
}

function orderOf(sort: string | undefined): Query {
  const isDescending = sort?.startsWith('-') ?? false
  const column = sort === undefined ? undefined : sortColumns[isDescending ? sort.slice(1) : sort]
  if (!column) return sql`t.is_default desc, lower(t.name), t.organization_id, t.id`
  return isDescending
    ? sql`${column} desc nulls last, t.organization_id, t.id`
    : sql`${column} asc nulls last, t.organization_id, t.id`
}

function conditionsOf(query: TeamAdministrationQuery): Query[] {
  const conditions: Query[] = [
    query.isArchived === true ? sql`t.archived_at is not null` : sql`t.archived_at is null`,
  ]
  if (query.search !== undefined)
    conditions.push(sql`position(lower(${query.search}) in lower(t.name || ' ' || t.description)) > 0`)
  if (query.modelId !== undefined)
    conditions.push(
      sql`(${query.modelId} = any (t.allowed_model_ids) or (t.is_default and cardinality(t.allowed_model_ids) = 0))`,
    )
  if (query.userId !== undefined) conditions.push(hasMember(query.userId))
  return conditions
}

const hasMember = (userId: string): Query => sql`exists (select from team_members who
  where who.organization_id = t.organization_id and who.team_id = t.id and who.user_id = ${userId})`

interface Rows {
  readonly rows: TeamRow[]
  readonly total: number
}

async function listBy(
  tx: Tx,
  conditions: readonly Query[],
  query: Pick<TeamAdministrationQuery, 'sort' | 'limit' | 'offset'>,
  view: View,
): Promise<Rows> {
  const where = sql.join(conditions, ' and ')
  const [rows, { total }] = await Promise.all([
    tx.many(sql(TeamRow)`
      ${select(view)} where ${where} order by ${orderOf(query.sort)} limit ${query.limit} offset ${query.offset}`),
    tx.one(sql(Total)`select count(*) as total from teams t where ${where}`),
  ])
  return { rows, total: Number(total) }
}

export function listTeams(tx: Tx, query: TeamAdministrationQuery, view: View): Promise<Rows> {
  return listBy(tx, conditionsOf(query), query, view)
}

/** Those that the person is in. */
export function listTeamsOf(tx: Tx, userId: string, query: TeamListQuery, view: View): Promise<Rows> {
  return listBy(tx, [...conditionsOf(query), hasMember(userId)], query, view)
}

export function findTeam(tx: Tx, id: string, view: View): Promise<TeamRow | undefined> {
  return tx.find(sql(TeamRow)`${select(view)} where t.id = ${id}`)
}

/** Holds the team until the end of the transaction. */
export async function lockTeam(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`select from teams where id = ${id} for update`)
}

interface NewTeam {
  readonly name: string
  readonly description: string
  readonly allowedModelIds: readonly string[]
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
}

export async function insertTeam(tx: Tx, team: NewTeam): Promise<string> {
  const { id } = await tx.one(sql(Id)`
    insert into teams (name, description, allowed_model_ids, rpm_limit, tpm_limit, max_parallel_requests)
    values (${team.name}, ${team.description}, ${team.allowedModelIds}::uuid[], ${team.rpmLimit}, ${team.tpmLimit},
      ${team.maxParallelRequests})
    returning id`)
  return id
}

/** What is left out stays. */
export async function updateTeam(tx: Tx, id: string, change: UpdateTeam): Promise<void> {
  const sets = [sql`version = version + 1`, sql`updated_at = now()`]
  if (change.name !== undefined) sets.push(sql`name = ${change.name}`)
  if (change.description !== undefined) sets.push(sql`description = ${change.description}`)
  if (change.allowedModelIds !== undefined)
    sets.push(sql`allowed_model_ids = ${change.allowedModelIds}::uuid[]`)
  if (change.rpmLimit !== undefined) sets.push(sql`rpm_limit = ${change.rpmLimit}`)
  if (change.tpmLimit !== undefined) sets.push(sql`tpm_limit = ${change.tpmLimit}`)
  if (change.maxParallelRequests !== undefined)
    sets.push(sql`max_parallel_requests = ${change.maxParallelRequests}`)
  await tx.run(sql`update teams set ${sql.join(sets, ', ')} where id = ${id}`)
}

export async function archiveTeam(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`delete from team_members where team_id = ${id}`)
  await tx.run(sql`
    update teams set archived_at = ${at}, version = version + 1, updated_at = now() where id = ${id}`)
}

/** Those of the ids that the organization may use. */
export async function listVisibleModels(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.many(sql(Id)`
    select m.id from models m where m.id = any (${ids}::uuid[]) and ${visibleModel(sql`m.id`)}`)
  return new Set(rows.map((row) => row.id))
}

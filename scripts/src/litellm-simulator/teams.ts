import { randomUUID } from 'node:crypto'
import { stamp, windowEnd } from './clock.ts'
import { DetailError, ProxyError, wrapped } from './errors.ts'
import { json, type Handler } from './exchange.ts'
import {
  checkBody,
  isObject,
  numberOf,
  objectOf,
  queryInteger,
  stringOf,
  stringsOf,
  type JsonObject,
} from './json.ts'
import { typedRow, withDurations } from './key-rows.ts'
import { deleteKey } from './keys.ts'
import type { TeamMember, TeamRow } from './rows.ts'
import type { State } from './state.ts'
import { blankUser, userBody } from './users.ts'

const teamFields = {
  team_alias: 'string',
  team_id: 'string',
  organization_id: 'string',
  models: 'list',
  max_budget: 'float',
  soft_budget: 'float',
  budget_duration: 'string',
  tpm_limit: 'int',
  rpm_limit: 'int',
  members_with_roles: 'list',
  metadata: 'dict',
  blocked: 'bool',
} as const

function memberOf(value: unknown): TeamMember {
  const member = objectOf(value)
  return {
    role: stringOf(member['role']) ?? 'user',
    user_id: stringOf(member['user_id']),
    user_email: stringOf(member['user_email']),
  }
}

function applied(row: TeamRow, fields: JsonObject): TeamRow {
  const next = { ...row, updated_at: new Date().toISOString() }
  if (fields['team_alias'] !== undefined) next.team_alias = stringOf(fields['team_alias'])
  if (fields['organization_id'] !== undefined)
    next.organization_id = stringOf(fields['organization_id']) || null
  for (const name of [
    'max_budget',
    'soft_budget',
    'tpm_limit',
    'rpm_limit',
    'max_parallel_requests',
  ] as const) {
    if (fields[name] !== undefined) next[name] = numberOf(fields[name])
  }
  if (fields['models'] !== undefined) next.models = stringsOf(fields['models'])
  if (fields['metadata'] !== undefined) next.metadata = objectOf(fields['metadata'])
  if (fields['blocked'] !== undefined) next.blocked = fields['blocked'] === true
  const duration = stringOf(fields['budget_duration'])
  if (duration !== null) {
    next.budget_duration = duration
    next.budget_reset_at = withDurations(() => windowEnd(new Date(), duration).toISOString())
  }
  if (next.soft_budget !== null && next.max_budget !== null && next.soft_budget >= next.max_budget) {
    throw wrapped(400, 'internal_server_error', 'soft_budget must be strictly lower than max_budget')
  }
  return next
}

function teamBody(row: TeamRow): JsonObject {
  const { memberships: _memberships, ...rest } = row
  return {
    ...rest,
    admins: [],
    members: [],
    budget_reset_at: stamp(row.budget_reset_at, 'Z'),
    created_at: stamp(row.created_at, 'Z'),
    updated_at: stamp(row.updated_at, 'Z'),
    litellm_model_table: null,
  }
}

const create: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body ?? {}, teamFields)
  const id = stringOf(fields['team_id']) ?? randomUUID()
  if (state.teams.has(id)) {
    throw wrapped(
      400,
      'internal_server_error',
      `Team id = ${id} already exists. Please use a different team id.`,
    )
  }
  const now = new Date().toISOString()
  const members = Array.isArray(fields['members_with_roles'])
    ? fields['members_with_roles'].map(memberOf)
    : []
  const caller = { role: 'admin', user_id: identity.userId, user_email: null }
  const row = applied(
    {
      team_id: id,
      team_alias: null,
      organization_id: null,
      members_with_roles: [...members, caller],
      memberships: members.flatMap(({ user_id }) =>
        user_id === null ? [] : [{ user_id, team_id: id, budget_id: null, spend: 0 }],
      ),
      metadata: {},
      models: [],
      spend: 0,
      max_budget: null,
      soft_budget: null,
      budget_duration: null,
      budget_reset_at: null,
      tpm_limit: null,
      rpm_limit: null,
      max_parallel_requests: null,
      blocked: false,
      created_at: now,
      updated_at: now,
    },
    fields,
  )
  return json(teamBody(state.teams.put(id, row)))
}

const update: Handler = ({ state, body }) => {
  const fields = checkBody(body, teamFields, ['team_id'])
  const id = stringOf(fields['team_id']) ?? ''
  const row = state.teams.get(id)
  if (row === undefined) throw wrapped(404, 'internal_server_error', `Team not found, passed team_id=${id}`)
  return json({ team_id: id, data: teamBody(state.teams.put(id, applied(row, fields))) })
}

function membershipsOf(state: State, row: TeamRow): JsonObject[] {
  return row.memberships.map((member) => ({
    ...member,
    litellm_budget_table: member.budget_id === null ? null : (state.budgets.get(member.budget_id) ?? null),
  }))
}

function keysOf(state: State, id: string): JsonObject[] {
  return state.keys
    .values()
    .filter((key) => key.team_id === id)
    .map(typedRow)
}

const describe: Handler = ({ state, query }) => {
  const id = query.get('team_id') ?? ''
  const row = state.teams.get(id)
  if (row === undefined) {
    throw new ProxyError(404, 'auth_error', `{'message': 'Team not found, passed team id: ${id}.'}`, 'None')
  }
  return json({
    team_id: id,
    team_info: { ...teamBody(row), team_member_budget_table: null },
    keys: keysOf(state, id),
    team_memberships: membershipsOf(state, row),
  })
}

function selected(state: State, query: URLSearchParams): TeamRow[] {
  const user = query.get('user_id')
  const organization = query.get('organization_id')
  const id = query.get('team_id')
  const alias = query.get('team_alias')?.toLowerCase()
  return state.teams.values().filter((row) => {
    if (organization !== null && row.organization_id !== organization) return false
    if (id !== null && row.team_id !== id) return false
    if (alias !== undefined && row.team_alias?.toLowerCase().includes(alias) !== true) return false
    return user === null || row.members_with_roles.some((member) => member.user_id === user)
  })
}

const list: Handler = ({ state, query }) =>
  json(
    selected(state, query).map((row) => ({
      ...teamBody(row),
      keys: keysOf(state, row.team_id),
      team_memberships: membershipsOf(state, row),
    })),
  )

const listPaged: Handler = ({ state, query }) => {
  const page = queryInteger(query, 'page', 1, Number.MAX_SAFE_INTEGER)
  const size = queryInteger(query, 'page_size', 10, 100)
  const rows = selected(state, query)
  return json({
    teams: rows.slice((page - 1) * size, page * size).map(teamBody),
    total: rows.length,
    page,
    page_size: size,
    total_pages: Math.ceil(rows.length / size),
  })
}

const remove: Handler = ({ state, body }) => {
  const ids = stringsOf(checkBody(body, { team_ids: 'list' }, ['team_ids'])['team_ids'])
  for (const id of ids) {
    if (!state.teams.has(id)) throw new DetailError(404, { error: `Team not found, passed team_id=${id}` })
  }
  for (const id of ids) {
    state.teams.remove(id)
    for (const key of state.keys.values().filter((row) => row.team_id === id)) deleteKey(state, key.token)
  }
  return json({ deleted_teams: ids })
}

function existing(state: State, id: string): TeamRow {
  const row = state.teams.get(id)
  if (row === undefined) throw new DetailError(404, { error: `Team doesn't exist in db. Team=${id}` })
  return row
}

const addMember: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body, { team_id: 'string', max_budget_in_team: 'float' }, ['team_id', 'member'])
  const id = stringOf(fields['team_id']) ?? ''
  let row = existing(state, id)
  const members = (Array.isArray(fields['member']) ? fields['member'] : [fields['member']])
    .filter(isObject)
    .map(memberOf)
  const budget = numberOf(fields['max_budget_in_team'])
  const touched: string[] = []
  for (const member of members) {
    if (row.members_with_roles.some((other) => other.user_id !== null && other.user_id === member.user_id)) {
      throw new ProxyError(
        400,
        'team_member_already_in_team',
        `User already in team. Member: user_id=${member.user_id}, user_email=${member.user_email}`,
        'user_id',
      )
    }
    const known =
      member.user_id === null
        ? state.users.find((user) => user.user_email === member.user_email)
        : state.users.get(member.user_id)
    const user = known ?? { ...blankUser(member.user_id ?? randomUUID()), user_email: member.user_email }
    state.users.put(user.user_id, { ...user, teams: [...user.teams, id] })
    touched.push(user.user_id)
    const budgetId = budget === null ? null : newBudget(state, budget, identity.userId)
    const membership = { user_id: user.user_id, team_id: id, budget_id: budgetId, spend: 0 }
    row = {
      ...row,
      members_with_roles: [...row.members_with_roles, { ...member, user_id: user.user_id }],
      memberships: [...row.memberships, membership],
    }
  }
  state.teams.put(id, row)
  return json({
    ...teamBody(row),
    updated_users: touched.flatMap((user) => state.users.get(user) ?? []).map(userBody),
    updated_team_memberships: membershipsOf(state, row).filter((member) =>
      touched.includes(String(member['user_id'])),
    ),
  })
}

function newBudget(state: State, limit: number, by: string | null): string {
  const id = randomUUID()
  const now = new Date().toISOString()
  const actor = by ?? 'default_user_id'
  state.budgets.put(id, {
    budget_id: id,
    max_budget: limit,
    soft_budget: null,
    max_parallel_requests: null,
    tpm_limit: null,
    rpm_limit: null,
    model_max_budget: null,
    budget_duration: null,
    budget_reset_at: null,
    created_at: now,
    created_by: actor,
    updated_at: now,
    updated_by: actor,
  })
  return id
}

const removeMember: Handler = ({ state, body }) => {
  const fields = checkBody(body, { team_id: 'string', user_id: 'string', user_email: 'string' }, ['team_id'])
  const row = existing(state, stringOf(fields['team_id']) ?? '')
  const id =
    stringOf(fields['user_id']) ??
    state.users.find((user) => user.user_email === fields['user_email'])?.user_id
  const next = {
    ...row,
    members_with_roles: row.members_with_roles.filter((member) => member.user_id !== id),
    memberships: row.memberships.filter((member) => member.user_id !== id),
  }
  return json(teamBody(state.teams.put(row.team_id, next)))
}

function blocking(isBlocked: boolean): Handler {
  return ({ state, body }) => {
    const id = stringOf(checkBody(body, { team_id: 'string' }, ['team_id'])['team_id']) ?? ''
    const row = state.teams.get(id)
    if (row === undefined) throw new DetailError(404, { error: `Team not found, passed team_id=${id}` })
    return json(teamBody(state.teams.put(id, { ...row, blocked: isBlocked })))
  }
}

export const teamHandlers = {
  create,
  update,
  describe,
  list,
  listPaged,
  remove,
  addMember,
  removeMember,
  block: blocking(true),
  unblock: blocking(false),
}

import { randomUUID } from 'node:crypto'
import { stamp, windowEnd } from './clock.ts'
import { DetailError, ProxyError, wrapped } from './errors.ts'
import { json, type Handler } from './exchange.ts'
import { checkBody, numberOf, objectOf, queryInteger, stringOf, stringsOf, type JsonObject } from './json.ts'
import { keyFields, typedRow, withDurations } from './key-rows.ts'
import { createKey, deleteKey, generatedAnswer } from './keys.ts'
import type { UserRow } from './rows.ts'
import type { State } from './state.ts'

const userFields = {
  ...keyFields,
  user_email: 'string',
  user_alias: 'string',
  user_role: 'string',
  teams: 'list',
  auto_create_key: 'bool',
} as const

function findByEmail(state: State, email: string | null): UserRow | undefined {
  if (email === null) return undefined
  return state.users.find((row) => row.user_email?.toLowerCase() === email.toLowerCase())
}

export function blankUser(id: string): UserRow {
  const now = new Date().toISOString()
  return {
    user_id: id,
    user_alias: null,
    user_email: null,
    user_role: null,
    sso_user_id: null,
    teams: [],
    models: [],
    spend: 0,
    max_budget: null,
    budget_duration: null,
    budget_reset_at: null,
    tpm_limit: null,
    rpm_limit: null,
    max_parallel_requests: null,
    metadata: {},
    created_at: now,
    updated_at: now,
  }
}

// Nulls and empty collections are ignored, except an explicit `max_budget: null`, which clears.
function applied(row: UserRow, fields: JsonObject): UserRow {
  const next = { ...row, updated_at: new Date().toISOString() }
  for (const name of ['user_alias', 'user_email', 'user_role', 'sso_user_id'] as const) {
    next[name] = stringOf(fields[name]) ?? row[name]
  }
  for (const name of ['tpm_limit', 'rpm_limit', 'max_parallel_requests'] as const) {
    next[name] = numberOf(fields[name]) ?? row[name]
  }
  if (fields['max_budget'] !== undefined) next.max_budget = numberOf(fields['max_budget'])
  next.spend = numberOf(fields['spend']) ?? row.spend
  if (stringsOf(fields['models']).length > 0) next.models = stringsOf(fields['models'])
  if (Object.keys(objectOf(fields['metadata'])).length > 0) next.metadata = objectOf(fields['metadata'])
  const teams = Array.isArray(fields['teams']) ? (fields['teams'] as unknown[]) : []
  if (teams.length > 0) {
    next.teams = teams.flatMap((team) => stringOf(team) ?? stringOf(objectOf(team)['team_id']) ?? [])
  }
  const duration = stringOf(fields['budget_duration'])
  if (duration !== null) {
    next.budget_duration = duration
    next.budget_reset_at = withDurations(() => windowEnd(new Date(), duration).toISOString())
  }
  return next
}

export function userBody(row: UserRow): JsonObject {
  return {
    ...row,
    budget_reset_at: stamp(row.budget_reset_at, 'Z'),
    created_at: stamp(row.created_at, 'Z'),
    updated_at: stamp(row.updated_at, 'Z'),
  }
}

const create: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body ?? {}, userFields)
  const id = stringOf(fields['user_id']) ?? randomUUID()
  if (state.users.has(id)) throw wrapped(409, 'internal_server_error', `User with id ${id} already exists`)
  const email = stringOf(fields['user_email'])
  if (findByEmail(state, email) !== undefined) {
    throw wrapped(409, 'internal_server_error', `User with email ${email} already exists`)
  }
  const row = applied(blankUser(id), fields)
  state.users.put(id, row)
  const profile = {
    user_id: id,
    user_email: row.user_email,
    user_role: row.user_role,
    user_alias: row.user_alias,
    teams: row.teams,
    max_budget: row.max_budget,
    models: row.models,
  }
  if (fields['auto_create_key'] === false) return json({ key: '', token: null, token_id: null, ...profile })
  const keyOnly = { ...fields, user_id: id, max_budget: undefined, budget_duration: undefined }
  const made = createKey(state, keyOnly, identity.userId ?? 'default_user_id')
  return json({ ...generatedAnswer(made.row, made.secret), ...profile, token: null, token_id: null })
}

const update: Handler = ({ state, body }) => {
  const fields = checkBody(body, userFields)
  const id = stringOf(fields['user_id'])
  const email = stringOf(fields['user_email'])
  if (id === null && email === null) {
    const msg = 'Value error, Either user_id or user_email must be provided'
    throw new DetailError(422, [
      { type: 'value_error', loc: ['body'], msg, input: fields, ctx: { error: {} } },
    ])
  }
  // Unknown users are created, silently: an update never tests existence.
  const known = id === null ? findByEmail(state, email) : state.users.get(id)
  const row = applied(known ?? blankUser(id ?? randomUUID()), fields)
  if (fields['spend'] !== undefined) state.spend.forget('user', row.user_id)
  state.users.put(row.user_id, row)
  return json({ user_id: row.user_id, data: userBody(row) })
}

const describe: Handler = ({ state, query }) => {
  const id = query.get('user_id')
  const keys = state.keys.values().filter((key) => id === null || key.user_id === id)
  const shown = keys.map((key) => {
    const alias = key.team_id === null ? 'None' : (state.teams.get(key.team_id)?.team_alias ?? 'None')
    return { ...typedRow(key), team_alias: alias }
  })
  const teams = state.teams.values()
  if (id === null) return json({ user_id: null, user_info: null, keys: shown, teams })
  const row = state.users.get(id)
  if (row === undefined) throw new ProxyError(404, 'internal_server_error', `User ${id} not found`, 'None')
  const own = teams.filter((team) => team.members_with_roles.some((member) => member.user_id === id))
  return json({ user_id: id, user_info: userBody(row), keys: shown, teams: own })
}

const sortable = ['user_id', 'user_email', 'created_at', 'spend', 'user_alias', 'user_role'] as const

const list: Handler = ({ state, query }) => {
  const page = queryInteger(query, 'page', 1, Number.MAX_SAFE_INTEGER)
  const size = queryInteger(query, 'page_size', 25, 100)
  const wantedSort = query.get('sort_by')
  const by = sortable.find((name) => name === (wantedSort ?? 'created_at'))
  if (by === undefined) {
    throw new DetailError(400, { error: `Invalid sort column. Must be one of: ${sortable.join(', ')}` })
  }
  const ids = query
    .get('user_ids')
    ?.split(',')
    .map((id) => id.trim())
  const email = query.get('user_email')?.toLowerCase()
  const role = query.get('role')
  const team = query.get('team')
  const rows = state.users.values().filter((row) => {
    if (role !== null && row.user_role !== role) return false
    if (team !== null && !row.teams.includes(team)) return false
    if (email !== undefined && row.user_email?.toLowerCase().includes(email) !== true) return false
    if (ids === undefined) return true
    const [only] = ids
    if (ids.length === 1 && only !== undefined) return row.user_id.toLowerCase().includes(only.toLowerCase())
    return ids.includes(row.user_id)
  })
  const direction = query.get('sort_order') === 'asc' ? 1 : -1
  rows.sort((left, right) => ((left[by] ?? '') < (right[by] ?? '') ? -direction : direction))
  return json({
    users: rows.slice((page - 1) * size, page * size).map((row) => ({
      ...userBody(row),
      key_count: state.keys.values().filter((key) => key.user_id === row.user_id).length,
    })),
    total: rows.length,
    page,
    page_size: size,
    total_pages: Math.ceil(rows.length / size),
  })
}

const remove: Handler = ({ state, body }) => {
  const ids = stringsOf(checkBody(body, { user_ids: 'list' }, ['user_ids'])['user_ids'])
  for (const id of ids) {
    if (!state.users.has(id)) throw new DetailError(404, { error: `User not found, passed user_id=${id}` })
  }
  for (const id of ids) {
    state.users.remove(id)
    for (const key of state.keys.values().filter((row) => row.user_id === id)) deleteKey(state, key.token)
    for (const team of state.teams.values()) {
      state.teams.put(team.team_id, {
        ...team,
        members_with_roles: team.members_with_roles.filter((member) => member.user_id !== id),
        memberships: team.memberships.filter((member) => member.user_id !== id),
      })
    }
  }
  return json(ids.length)
}

export const userHandlers = { create, update, describe, list, remove }

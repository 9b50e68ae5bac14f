import { after, InvalidDuration, stamp, windowEnd } from './clock.ts'
import { ProxyError, wrapped } from './errors.ts'
import { numberOf, objectOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import type { KeyRow } from './rows.ts'
import type { State } from './state.ts'

/** Types of the fields that key endpoints read; others are accepted and ignored. */
export const keyFields = {
  key: 'string',
  key_alias: 'string',
  duration: 'string',
  models: 'list',
  spend: 'float',
  max_budget: 'float',
  soft_budget: 'float',
  budget_duration: 'string',
  budget_id: 'string',
  user_id: 'string',
  team_id: 'string',
  organization_id: 'string',
  max_parallel_requests: 'int',
  tpm_limit: 'int',
  rpm_limit: 'int',
  metadata: 'dict',
  permissions: 'dict',
  aliases: 'dict',
  config: 'dict',
  blocked: 'bool',
  allowed_routes: 'list',
  model_max_budget: 'dict',
  model_rpm_limit: 'dict',
  model_tpm_limit: 'dict',
  tags: 'list',
} as const

// LiteLLM keeps these inside the row's metadata.
const metadataFields = [
  'model_rpm_limit',
  'model_tpm_limit',
  'enforced_params',
  'temp_budget_increase',
  'temp_budget_expiry',
  'guardrails',
]

/** Runs a reckoning with durations; a malformed one is 500 as in LiteLLM. */
export function withDurations<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidDuration)) throw error
    throw new ProxyError(500, 'internal_server_error', `Authentication Error, ${error.message}`)
  }
}

/** Refuses what needs a licence, and negative budgets. */
export function checkKeyRules(fields: JsonObject): void {
  for (const name of ['max_budget', 'soft_budget'] as const) {
    const value = numberOf(fields[name])
    if (value === null || value >= 0) continue
    throw wrapped(400, 'internal_server_error', `${name} cannot be negative. Received: ${value}`)
  }
  if (stringsOf(fields['tags']).length > 0) {
    throw wrapped(
      403,
      'internal_server_error',
      'You must be a LiteLLM Enterprise user to use this feature: tags',
    )
  }
  if (Object.keys(objectOf(fields['model_max_budget'])).length > 0) {
    throw new ProxyError(
      500,
      'internal_server_error',
      'Authentication Error, You must have an enterprise license to set model_max_budget. Get a license here',
    )
  }
}

/** Aliases are unique across all live keys; `own` is the key being updated. */
export function checkAlias(state: State, alias: string | null, own: string | null): void {
  if (alias === null || alias === '') return
  const other = state.keys.find((row) => row.key_alias === alias)
  if (other === undefined || other.token === own) return
  throw new ProxyError(
    400,
    'bad_request_error',
    `Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`,
    'key_alias',
  )
}

export function blankKey(token: string, secret: string, by: string, now: Date): KeyRow {
  const at = now.toISOString()
  return {
    token,
    key_name: `sk-...${secret.slice(-4)}`,
    key_alias: null,
    spend: 0,
    expires: null,
    models: [],
    aliases: {},
    config: {},
    router_settings: {},
    user_id: null,
    team_id: null,
    organization_id: null,
    project_id: null,
    agent_id: null,
    permissions: {},
    max_parallel_requests: null,
    metadata: {},
    blocked: null,
    tpm_limit: null,
    rpm_limit: null,
    max_budget: null,
    soft_budget: null,
    budget_duration: null,
    budget_reset_at: null,
    budget_id: null,
    allowed_cache_controls: [],
    allowed_routes: [],
    policies: [],
    access_group_ids: [],
    model_spend: {},
    model_max_budget: {},
    object_permission_id: null,
    auto_rotate: false,
    rotation_interval: null,
    rotation_count: 0,
    last_rotation_at: null,
    key_rotation_at: null,
    created_at: at,
    created_by: by,
    updated_at: at,
    updated_by: by,
  }
}

const routesOfType: Record<string, string[]> = {
  llm_api: ['llm_api_routes'],
  management: ['management_routes'],
  read_only: ['info_routes'],
}

/** The row after a request: only members that are present change, `null` clears, metadata is replaced as a whole. */
export function applyFields(row: KeyRow, fields: JsonObject, now: Date): KeyRow {
  const next: KeyRow = { ...row }
  const has = (name: string): boolean => fields[name] !== undefined
  for (const name of [
    'key_alias',
    'user_id',
    'team_id',
    'organization_id',
    'project_id',
    'agent_id',
    'budget_id',
  ] as const) {
    if (has(name)) next[name] = stringOf(fields[name])
  }
  for (const name of [
    'max_budget',
    'soft_budget',
    'tpm_limit',
    'rpm_limit',
    'max_parallel_requests',
  ] as const) {
    if (has(name)) next[name] = numberOf(fields[name])
  }
  for (const name of [
    'models',
    'allowed_cache_controls',
    'allowed_routes',
    'policies',
    'access_group_ids',
  ] as const) {
    if (has(name)) next[name] = stringsOf(fields[name])
  }
  for (const name of ['aliases', 'config', 'permissions', 'metadata', 'model_max_budget'] as const) {
    if (has(name)) next[name] = objectOf(fields[name])
  }
  const extra = metadataFields.filter((name) => has(name) && fields[name] !== null)
  if (extra.length > 0) {
    next.metadata = { ...next.metadata, ...Object.fromEntries(extra.map((name) => [name, fields[name]])) }
  }
  if (has('blocked')) next.blocked = fields['blocked'] === null ? null : fields['blocked'] === true
  if (has('spend')) next.spend = numberOf(fields['spend']) ?? 0
  const type = stringOf(fields['key_type'])
  if (type !== null && routesOfType[type] !== undefined) next.allowed_routes = routesOfType[type]
  return withDurations(() => withTimes(next, fields, now))
}

function withTimes(row: KeyRow, fields: JsonObject, now: Date): KeyRow {
  const next = { ...row }
  const duration = stringOf(fields['duration'])
  if (duration === '-1') next.expires = null
  else if (duration !== null) next.expires = after(now, duration).toISOString()
  if (fields['budget_duration'] !== undefined) {
    next.budget_duration = stringOf(fields['budget_duration'])
    next.budget_reset_at =
      next.budget_duration === null ? null : windowEnd(now, next.budget_duration).toISOString()
  }
  return next
}

/** A row as typed answers show it: times end in `Z`. */
export function typedRow(row: KeyRow): JsonObject {
  return zoned(row, 'Z')
}

/** A row as the raw-row answers show it: times end in `+00:00`. */
export function rawRow(row: KeyRow): JsonObject {
  return zoned(row, '+00:00')
}

function zoned(row: KeyRow, zone: 'Z' | '+00:00'): JsonObject {
  return {
    ...row,
    expires: stamp(row.expires, zone),
    budget_reset_at: stamp(row.budget_reset_at, zone),
    created_at: stamp(row.created_at, zone),
    updated_at: stamp(row.updated_at, zone),
    ...(row.deleted_at === undefined ? {} : { deleted_at: stamp(row.deleted_at, zone) }),
  }
}

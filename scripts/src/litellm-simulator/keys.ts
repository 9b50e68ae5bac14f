import { randomBytes } from 'node:crypto'
import { stamp } from './clock.ts'
import { DetailError, ProxyError, wrapped } from './errors.ts'
import { hashOf, json, sha256, type Exchange, type Handler } from './exchange.ts'
import { checkBody, numberOf, queryInteger, stringOf, stringsOf, type JsonObject } from './json.ts'
import { applyFields, blankKey, checkAlias, checkKeyRules, keyFields, rawRow, typedRow } from './key-rows.ts'
import type { KeyRow } from './rows.ts'
import type { State } from './state.ts'

/** A fresh secret: `sk-` and 22 URL-safe characters. */
function newSecret(): string {
  return `sk-${randomBytes(16).toString('base64url')}`
}

/** What generate-shaped answers hold beside the secret; `budget_reset_at` is only in /key/info. */
export function generatedAnswer(row: KeyRow, secret: string): JsonObject {
  const { budget_reset_at: _reset, model_spend: _spend, ...rest } = typedRow(row)
  return {
    ...rest,
    key: secret,
    token_id: row.token,
    duration: null,
    soft_budget: row.soft_budget,
    guardrails: null,
    prompts: null,
    tags: null,
    enforced_params: null,
    model_rpm_limit: row.metadata['model_rpm_limit'] ?? null,
    model_tpm_limit: row.metadata['model_tpm_limit'] ?? null,
    key_type: 'default',
    litellm_budget_table: null,
    object_permission: null,
  }
}

/** Makes a key from a generate request. A custom key that exists already stays as it is: LiteLLM upserts nothing. */
export function createKey(state: State, fields: JsonObject, by: string): { row: KeyRow; secret: string } {
  checkKeyRules(fields)
  checkAlias(state, stringOf(fields['key_alias']), null)
  const own = stringOf(fields['key'])
  if (own !== null && !own.startsWith('sk-')) {
    throw wrapped(
      400,
      'bad_request_error',
      `Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: ${own}`,
      'key',
    )
  }
  const secret = own ?? newSecret()
  const token = sha256(secret)
  const now = new Date()
  const row = applyFields(blankKey(token, secret, by, now), fields, now)
  if (!state.keys.has(token)) state.keys.put(token, row)
  return { row, secret }
}

/** Moves a key into the side table of deleted ones. */
export function deleteKey(state: State, token: string): boolean {
  const row = state.keys.get(token)
  if (row === undefined) return false
  state.keys.remove(token)
  state.spend.forget('key', token)
  state.deletedKeys.put(token, { ...row, deleted_at: new Date().toISOString() })
  return true
}

function actor(exchange: Exchange): string {
  return exchange.identity.userId ?? 'default_user_id'
}

const generate: Handler = (exchange) => {
  const fields = checkBody(exchange.body ?? {}, keyFields)
  const { row, secret } = createKey(exchange.state, fields, actor(exchange))
  return json(generatedAnswer(row, secret))
}

const update: Handler = (exchange) => {
  const { state, body } = exchange
  const fields = checkBody(body, keyFields, ['key'])
  const sent = stringOf(fields['key']) ?? ''
  const row = state.keys.get(hashOf(sent))
  if (row === undefined) {
    throw new ProxyError(
      401,
      'auth_error',
      `Authentication Error, Authentication Error: invalid user key - user key does not exist in db. User Key=${hashOf(sent)}`,
    )
  }
  checkKeyRules(fields)
  if (fields['key_alias'] !== undefined) checkAlias(state, stringOf(fields['key_alias']), row.token)
  if (fields['spend'] !== undefined) state.spend.forget('key', row.token)
  const now = new Date()
  const next = {
    ...applyFields(row, fields, now),
    updated_at: now.toISOString(),
    updated_by: actor(exchange),
  }
  state.keys.put(row.token, next)
  return json({ ...rawRow(next), key: sent })
}

const remove: Handler = ({ state, body }) => {
  const fields = checkBody(body, { keys: 'list', key_aliases: 'list' })
  const keys = stringsOf(fields['keys'])
  const aliases = stringsOf(fields['key_aliases'])
  if (keys.length === 0 && aliases.length === 0) {
    const msg = 'Value error, At least one of keys or key_aliases must be provided.'
    throw new DetailError(422, [
      { type: 'value_error', loc: ['body'], msg, input: fields, ctx: { error: {} } },
    ])
  }
  const tokens = [
    ...keys.map(hashOf),
    ...aliases.flatMap((alias) => state.keys.find((row) => row.key_alias === alias)?.token ?? []),
  ]
  const removed = tokens.filter((token) => deleteKey(state, token))
  if (removed.length === 0) throw wrapped(404, 'internal_server_error', 'No keys found')
  return json({ deleted_keys: keys.length > 0 ? keys : aliases })
}

const describe: Handler = ({ state, query, identity }) => {
  const sent = query.get('key') ?? identity.keyHash
  const row = state.keys.get(hashOf(sent))
  if (row === undefined || (identity.role !== 'proxy_admin' && row.token !== identity.keyHash)) {
    throw new ProxyError(404, 'not_found_error', 'Key not found in database', 'key')
  }
  const { token: _token, ...rest } = rawRow(row)
  const budget = row.budget_id === null ? null : (state.budgets.get(row.budget_id) ?? null)
  return json({ key: sent, info: { ...rest, litellm_budget_table: budget, object_permission: null } })
}

const sortable = ['spend', 'max_budget', 'created_at', 'updated_at', 'token', 'key_alias'] as const

function sorted(rows: KeyRow[], query: URLSearchParams): KeyRow[] {
  const by = sortable.find((name) => name === query.get('sort_by')) ?? 'created_at'
  const direction = query.get('sort_order') === 'asc' ? 1 : -1
  return rows.sort((left, right) => {
    const a = left[by] ?? ''
    const b = right[by] ?? ''
    return a === b ? 0 : a < b ? -direction : direction
  })
}

const list: Handler = ({ state, query, identity }) => {
  const page = queryInteger(query, 'page', 1, Number.MAX_SAFE_INTEGER)
  const size = queryInteger(query, 'size', 10, 100)
  if (identity.userId === null && identity.role !== 'proxy_admin') {
    throw new ProxyError(
      403,
      'bad_request_error',
      'You are not authorized to access this endpoint. No user_id is associated with your API key.',
    )
  }
  const source = query.get('status') === 'deleted' ? state.deletedKeys : state.keys
  const filters = ['user_id', 'team_id', 'organization_id', 'key_alias'] as const
  const hash = query.get('key_hash')
  const rows = source.values().filter((row) => {
    if (hash !== null && row.token !== hash) return false
    if (row.team_id === 'litellm-dashboard') return false
    return filters.every((name) => query.get(name) === null || row[name] === query.get(name))
  })
  const shown = sorted(rows, query).slice((page - 1) * size, page * size)
  const isFull = query.get('return_full_object')?.toLowerCase() === 'true' || query.get('expand') !== null
  return json({
    keys: shown.map((row) =>
      isFull ? { ...typedRow(row), litellm_budget_table: null, object_permission: null } : row.token,
    ),
    total_count: rows.length,
    current_page: page,
    total_pages: Math.ceil(rows.length / size),
  })
}

function blocking(isBlocked: boolean): Handler {
  return (exchange) => {
    const { state, body } = exchange
    const sent = stringOf(checkBody(body, { key: 'string' }, ['key'])['key']) ?? ''
    const isWellFormed = sent.length <= 100 && /^(sk-[A-Za-z0-9_-]+|[0-9a-f]{64})$/.test(sent)
    if (!isWellFormed) throw wrapped(400, 'internal_server_error', 'Invalid key format.')
    const token = hashOf(sent)
    const row = state.keys.get(token)
    if (row === undefined) {
      throw new ProxyError(
        401,
        'token_not_found_in_db',
        `Authentication Error, Invalid proxy server token passed. Key Hash (Token) =${token}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
        'key',
      )
    }
    const stamps = { updated_at: new Date().toISOString(), updated_by: actor(exchange) }
    return json(typedRow(state.keys.put(token, { ...row, blocked: isBlocked, ...stamps })))
  }
}

const regenerate: Handler = ({ state, params, body }) => {
  const sent = params['key'] ?? stringOf(checkBody(body ?? {}, { key: 'string' })['key'])
  if (sent !== null && !state.keys.has(hashOf(sent)))
    throw wrapped(404, 'internal_server_error', 'Key not found in database')
  throw new ProxyError(
    500,
    'internal_server_error',
    'Authentication Error, Regenerating Virtual Keys is an Enterprise feature, You must be a LiteLLM Enterprise user to use this feature.',
  )
}

const resetSpend: Handler = ({ state, params, body }) => {
  const row = state.keys.get(hashOf(params['key'] ?? ''))
  if (row === undefined) throw wrapped(404, 'internal_server_error', 'Key not found')
  const resetTo = numberOf(checkBody(body, { reset_to: 'float' }, ['reset_to'])['reset_to']) ?? 0
  if (resetTo < 0 || resetTo > row.spend) {
    throw wrapped(
      400,
      'internal_server_error',
      `reset_to must be between 0 and the current spend (${row.spend})`,
    )
  }
  // Like LiteLLM, spend that is not flushed yet is lost from view.
  state.spend.forget('key', row.token)
  state.keys.put(row.token, { ...row, spend: resetTo })
  return json({
    key_hash: row.token,
    spend: resetTo,
    previous_spend: row.spend,
    max_budget: row.max_budget,
    budget_reset_at: stamp(row.budget_reset_at, 'Z'),
  })
}

const aliases: Handler = ({ state, query }) => {
  const all = state.keys.values().flatMap((row) => row.key_alias ?? [])
  if (state.profile === '1.81') return json({ aliases: all })
  const page = queryInteger(query, 'page', 1, Number.MAX_SAFE_INTEGER)
  const size = queryInteger(query, 'size', 50, 100)
  const search = query.get('search')?.toLowerCase() ?? ''
  const found = all.filter((alias) => alias.toLowerCase().includes(search)).sort()
  return json({
    aliases: found.slice((page - 1) * size, page * size),
    total_count: found.length,
    current_page: page,
    total_pages: Math.ceil(found.length / size),
    size,
  })
}

export const keyHandlers = {
  generate,
  update,
  remove,
  describe,
  list,
  block: blocking(true),
  unblock: blocking(false),
  regenerate,
  resetSpend,
  aliases,
}

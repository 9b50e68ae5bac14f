import { randomBytes, randomUUID } from 'node:crypto'
import { json, type Exchange, type Handler } from './exchange.ts'
import { authError, DetailError, ProxyError, UnhandledError } from './errors.ts'
import { checkBody, numberOf, objectOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import type { KeyRow, ModelRow } from './rows.ts'
import type { State } from './state.ts'

/** Deployments of a public name; several mean load balancing. */
export function deployments(state: State, name: string): ModelRow[] {
  return state.models.values().filter((row) => row.model_name === name)
}

/** Whether a list of rights covers a model: names, wildcards, access groups and LiteLLM's special values. */
function covers(state: State, rights: readonly string[], model: string): boolean {
  if (rights.length === 0 || rights.includes('all-proxy-models') || rights.includes('*')) return true
  if (rights.includes('no-default-models')) return false
  return rights.some((right) => {
    if (right === model) return true
    if (right.endsWith('*')) return model.startsWith(right.slice(0, -1))
    return deployments(state, model).some((row) => stringsOf(row.model_info['access_groups']).includes(right))
  })
}

/** At which level a key is refused a model, or null when it may call it. */
export function modelRefusal(
  state: State,
  key: KeyRow,
  model: string,
): { level: 'key' | 'team'; allowed: string[] } | null {
  const team = key.team_id === null ? undefined : state.teams.get(key.team_id)
  if (!key.models.includes('all-team-models') && !covers(state, key.models, model)) {
    return { level: 'key', allowed: key.models }
  }
  if (team !== undefined && !covers(state, team.models, model)) return { level: 'team', allowed: team.models }
  return null
}

/** Public names that the caller may use, in the order in which they were added. */
function visibleNames(exchange: Exchange): string[] {
  const { state, identity } = exchange
  const names = [...new Set(state.models.values().map((row) => row.model_name))]
  const key = identity.key
  return key === null ? names : names.filter((name) => modelRefusal(state, key, name) === null)
}

// LiteLLM answers these two constants for every model.
function listed(id: string): JsonObject {
  return { id, object: 'model', created: 1_677_610_602, owned_by: 'openai' }
}

const list: Handler = (exchange) => json({ data: visibleNames(exchange).map(listed), object: 'list' })

const one: Handler = (exchange) => {
  const id = exchange.params['id'] ?? ''
  if (!visibleNames(exchange).includes(id)) {
    throw new DetailError(404, `The model \`${id}\` does not exist or is not accessible`)
  }
  return json(listed(id))
}

function pythonFloat(value: number): string {
  const text = String(value)
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

const secretParams = ['api_key', 'aws_secret_access_key', 'vertex_credentials']

// What LiteLLM does not know of a model it answers as null, member by member.
const unknownMembers = {
  max_tokens: null,
  max_input_tokens: null,
  max_output_tokens: null,
  cache_creation_input_token_cost: null,
  cache_read_input_token_cost: null,
  input_cost_per_token_batches: null,
  output_cost_per_token_batches: null,
  output_cost_per_reasoning_token: null,
  supports_system_messages: null,
  supports_response_schema: null,
  supports_vision: null,
  supports_function_calling: null,
  supports_tool_choice: null,
  supports_prompt_caching: null,
  supports_audio_input: null,
  supports_pdf_input: null,
  supports_reasoning: null,
}

/**
 * A deployment as `/model/info` shows it: secrets gone, costs in `model_info` as numbers. In `litellm_params` release
 * 1.81 turns costs into strings.
 */
function described(state: State, row: ModelRow): JsonObject {
  const params: JsonObject = {
    use_in_pass_through: false,
    use_litellm_proxy: false,
    merge_reasoning_content_in_choices: false,
  }
  const costs: JsonObject = {}
  for (const [name, value] of Object.entries(row.litellm_params)) {
    if (secretParams.includes(name)) continue
    const cost = name.includes('cost_per') ? numberOf(value) : null
    params[name] = cost !== null && state.profile === '1.81' ? pythonFloat(cost) : value
    if (cost !== null) costs[name] = cost
  }
  const provider = stringOf(row.litellm_params['model']) ?? row.model_name
  const info = {
    db_model: true,
    key: provider,
    ...unknownMembers,
    ...costs,
    ...row.model_info,
    id: row.model_id,
  }
  return { model_name: row.model_name, litellm_params: params, model_info: info }
}

function visibleRows(exchange: Exchange): ModelRow[] {
  const names = new Set(visibleNames(exchange))
  return exchange.state.models.values().filter((row) => names.has(row.model_name))
}

const describe: Handler = (exchange) => {
  const id = exchange.query.get('litellm_model_id')
  if (id === null) return json({ data: visibleRows(exchange).map((row) => described(exchange.state, row)) })
  const row = exchange.state.models.get(id)
  if (row === undefined) throw new DetailError(400, { error: `Model id = ${id} not found on litellm proxy` })
  return json({ data: [described(exchange.state, row)] })
}

const describePaged: Handler = (exchange) => {
  const page = Math.max(1, Number(exchange.query.get('page') ?? 1) || 1)
  const size = Math.max(1, Number(exchange.query.get('size') ?? 50) || 50)
  const rows = visibleRows(exchange).map((row) => described(exchange.state, row))
  return json({
    data: rows.slice((page - 1) * size, page * size),
    total_count: rows.length,
    current_page: page,
    total_pages: Math.ceil(rows.length / size),
    size,
  })
}

/** Stands in for LiteLLM's encryption of stored parameters: the text cannot be read back. */
function sealed(params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? randomBytes(40 + value.length).toString('base64url') : value,
    ]),
  )
}

const add: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body, { model_name: 'string', litellm_params: 'dict', model_info: 'dict' }, [
    'model_name',
  ])
  if (fields['litellm_params'] === undefined) throw new UnhandledError('litellm_params is missing')
  const params = objectOf(fields['litellm_params'])
  if (stringOf(params['model']) === null) {
    throw new DetailError(422, [
      { type: 'missing', loc: ['body', 'litellm_params', 'model'], msg: 'Field required', input: params },
    ])
  }
  const given = objectOf(fields['model_info'])
  const id = stringOf(given['id']) ?? randomUUID()
  if (state.models.has(id)) {
    throw new ProxyError(
      500,
      'auth_error',
      'Authentication Error, Failed to add model to db. Check your server logs for more details. Error: Unique constraint failed on the fields: (`model_id`)',
    )
  }
  const now = new Date().toISOString()
  const by = identity.userId ?? 'default_user_id'
  const row: ModelRow = {
    model_id: id,
    model_name: stringOf(fields['model_name']) ?? '',
    litellm_params: params,
    model_info: { ...given, id, db_model: true },
    created_at: now,
    created_by: by,
    updated_at: now,
    updated_by: by,
  }
  state.models.put(id, row)
  return json({ ...row, litellm_params: sealed(params) })
}

function changed(state: State, row: ModelRow, changes: Partial<ModelRow>, by: string | null): ModelRow {
  const stamps = { updated_at: new Date().toISOString(), updated_by: by ?? 'default_user_id' }
  return state.models.put(row.model_id, { ...row, ...changes, ...stamps })
}

const update: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body, { litellm_params: 'dict', model_info: 'dict' })
  const row = state.models.get(stringOf(objectOf(fields['model_info'])['id']) ?? '')
  if (row === undefined) throw authError('model not found', 400)
  const params = { ...row.litellm_params, ...objectOf(fields['litellm_params']) }
  const updated = changed(state, row, { litellm_params: params }, identity.userId)
  return json({ ...updated, litellm_params: sealed(params) })
}

const patch: Handler = ({ state, body, params, identity }) => {
  const id = params['id'] ?? ''
  const row = state.models.get(id)
  if (row === undefined) {
    throw new ProxyError(404, 'not_found_error', `Model ${id} not found on proxy.`, 'model_id')
  }
  const fields = checkBody(body, { model_name: 'string', litellm_params: 'dict', model_info: 'dict' })
  const updated = changed(
    state,
    row,
    {
      model_name: stringOf(fields['model_name']) ?? row.model_name,
      litellm_params: { ...row.litellm_params, ...objectOf(fields['litellm_params']) },
      model_info: { ...row.model_info, ...objectOf(fields['model_info']), id },
    },
    identity.userId,
  )
  return json({ ...updated, litellm_params: sealed(updated.litellm_params) })
}

const remove: Handler = ({ state, body }) => {
  const id = stringOf(checkBody(body, { id: 'string' }, ['id'])['id']) ?? ''
  if (!state.models.remove(id)) throw authError(`Model with id=${id} not found in db`, 400)
  return json({ message: `Model: ${id} deleted successfully` })
}

/** What a provider would say; keys, models and hosts tell by their names which part they play. */
function objectionOf(params: JsonObject): string | null {
  const model = stringOf(params['model']) ?? ''
  const key = stringOf(params['api_key']) ?? ''
  const base = stringOf(params['api_base']) ?? ''
  if (!model.includes('/') && stringOf(params['custom_llm_provider']) === null) {
    return `litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You passed model=${model}`
  }
  if (base.includes('unreachable')) {
    return 'litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.'
  }
  if (key.includes('wrong')) {
    return `litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: ${key}.`
  }
  if (model.includes('missing')) {
    return `litellm.NotFoundError: NotFoundError: OpenAIException - The model \`${model}\` does not exist.`
  }
  return null
}

/** Tries parameters that are not kept; a refusal of the provider is an answer of 200. */
const testConnection: Handler = ({ body }) => {
  const fields = checkBody(body, { litellm_params: 'dict', model_info: 'dict', mode: 'string' })
  const objection = objectionOf(objectOf(fields['litellm_params']))
  if (objection === null) return json({ status: 'success', result: {} })
  return json({ status: 'error', result: { error: objection, raw_request_typed_dict: null } })
}

export const modelHandlers = {
  list,
  one,
  describe,
  describePaged,
  add,
  update,
  patch,
  remove,
  testConnection,
}

import type { IncomingHttpHeaders } from 'node:http'
import { authError, budgetExceeded, modelDenied, notAdmin, ProxyError } from './errors.ts'
import { sha256, type Exchange, type Identity } from './exchange.ts'
import { deployments, modelRefusal } from './models.ts'
import { numberOf } from './json.ts'
import type { KeyRow } from './rows.ts'
import type { State } from './state.ts'

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function withoutBearer(value: string): string {
  return /^bearer /i.test(value) ? value.slice(7).trim() : value
}

const otherHeaders = ['api-key', 'x-api-key', 'x-goog-api-key', 'ocp-apim-subscription-key']

/** The credential in LiteLLM's order of headers; undefined when there is none. Throws on a bare `Authorization`. */
export function credential(headers: IncomingHttpHeaders): string | undefined {
  const own = single(headers['x-litellm-api-key'])
  if (own !== undefined) return withoutBearer(own)
  const authorization = headers.authorization
  if (authorization !== undefined && authorization !== '') {
    if (/^bearer( |$)/i.test(authorization)) return authorization.slice(7).trim()
    if (authorization.startsWith('sk-')) {
      throw authError('Malformed API Key passed in. Ensure Key has `Bearer ` prefix.')
    }
    return authorization
  }
  for (const name of otherHeaders) {
    const value = single(headers[name])
    if (value !== undefined) return withoutBearer(value)
  }
  return undefined
}

function abbreviated(secret: string): string {
  return `sk-...${secret.slice(-4)}`
}

/** Who presents this credential. Throws 401 for none, a foreign form, and an unknown or blocked key. */
export function identify(state: State, secret: string | undefined): Identity {
  if (secret === undefined || secret === '') throw authError('No api key passed in.')
  const keyHash = sha256(secret)
  if (secret === state.masterKey) {
    return { isMaster: true, keyHash, secret, key: null, userId: 'default_user_id', role: 'proxy_admin' }
  }
  if (!secret.startsWith('sk-')) {
    throw authError(`LiteLLM Virtual Key expected. Received=${secret}, expected to start with 'sk-'.`)
  }
  const key = state.keys.get(keyHash)
  if (key === undefined) {
    throw new ProxyError(
      401,
      'token_not_found_in_db',
      `Authentication Error, Invalid proxy server token passed. Received API Key = ${abbreviated(secret)}, Key Hash (Token) =${keyHash}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
      'key',
    )
  }
  if (key.blocked === true) {
    const article = state.profile === '1.81' ? "you're admin" : "you're an admin"
    throw authError(`Key is blocked. Update via \`/key/unblock\` if ${article}.`)
  }
  const role = key.user_id === null ? 'unknown' : (state.users.get(key.user_id)?.user_role ?? 'unknown')
  return { isMaster: false, keyHash, secret, key, userId: key.user_id, role }
}

/** Refuses an expired key: 400 up to 1.81, 401 afterwards. */
export function checkExpiry(state: State, identity: Identity): void {
  const expires = identity.key?.expires ?? null
  if (expires === null) return
  const now = new Date()
  if (Date.parse(expires) > now.getTime()) return
  throw new ProxyError(
    state.profile === '1.81' ? 400 : 401,
    'expired_key',
    `Authentication Error - Expired Key. Key Expiry time ${expires} and current time ${now.toISOString()}`,
    abbreviated(identity.secret),
  )
}

/** Lets proxy admins pass, and proxy admin viewers on reads; everybody else gets 401. */
export function requireAdmin({ identity, method, path }: Exchange): void {
  if (identity.role === 'proxy_admin') return
  if (identity.role === 'proxy_admin_viewer' && method === 'GET') return
  throw notAdmin(path, identity.role)
}

function isFree(state: State, model: string | null): boolean {
  if (model === null) return false
  const rows = deployments(state, model)
  return (
    rows.length > 0 &&
    rows.every(({ litellm_params: params, model_info: info }) =>
      ['input_cost_per_token', 'output_cost_per_token'].every(
        (name) => (numberOf(info[name]) ?? numberOf(params[name]) ?? 0) === 0,
      ),
    )
  )
}

function checkKeyBudget(state: State, key: KeyRow): void {
  const linked = key.budget_id === null ? undefined : state.budgets.get(key.budget_id)
  const limit = key.max_budget ?? linked?.max_budget ?? null
  if (limit === null) return
  const spend = state.spend.live('key', key.token, key.spend)
  if (spend < limit) return
  const whose = state.profile === '1.81' ? '' : `Key=${key.key_alias ?? key.key_name} `
  throw budgetExceeded(
    state.profile,
    `Budget has been exceeded! ${whose}Current cost: ${spend}, Max budget: ${limit}`,
  )
}

function checkTeamBudget(state: State, key: KeyRow): void {
  const team = key.team_id === null ? undefined : state.teams.get(key.team_id)
  if (team === undefined || team.max_budget === null) return
  const spend = state.spend.live('team', team.team_id, team.spend)
  if (spend <= team.max_budget) return
  throw budgetExceeded(
    state.profile,
    `Budget has been exceeded! Team=${team.team_id} Current cost: ${spend}, Max budget: ${team.max_budget}`,
  )
}

// A user's budget holds for personal keys only; a team's keys are the team's business.
function checkUserBudget(state: State, key: KeyRow): void {
  const user = key.user_id === null || key.team_id !== null ? undefined : state.users.get(key.user_id)
  if (user === undefined || user.max_budget === null) return
  const spend = state.spend.live('user', user.user_id, user.spend)
  if (spend <= user.max_budget) return
  throw budgetExceeded(
    state.profile,
    `ExceededBudget: User=${user.user_id} over budget. Spend=${spend}, Budget=${user.max_budget}`,
  )
}

function checkCustomerBudget(state: State, endUser: string): void {
  const customer = endUser === '' ? undefined : state.customers.get(endUser)
  if (customer === undefined) return
  if (customer.blocked) throw authError(`User blocked from making LLM API Calls. User=${endUser}`)
  const limit =
    customer.budget_id === null ? null : (state.budgets.get(customer.budget_id)?.max_budget ?? null)
  const spend = state.spend.live('customer', endUser, customer.spend)
  if (limit === null || spend <= limit) return
  throw budgetExceeded(
    state.profile,
    `ExceededBudget: End User=${endUser} over budget. Spend=${spend}, Budget=${limit}`,
  )
}

/** The checks before a model is called (or listed: `model` is null), in LiteLLM's order. */
export function authorizeCall(exchange: Exchange, model: string | null, endUser = ''): void {
  const { state, identity } = exchange
  const { key } = identity
  if (key === null) return
  if (key.allowed_routes.length > 0 && !allowsRoute(key.allowed_routes, exchange.path)) {
    throw new ProxyError(
      403,
      'auth_error',
      `Authentication Error, Virtual key is not allowed to call this route. Only allowed to call routes: ${key.allowed_routes.join(', ')}. Tried to call route: ${exchange.path}`,
    )
  }
  const refusal = model === null ? null : modelRefusal(state, key, model)
  if (refusal?.level === 'key' && model !== null)
    throw modelDenied(state.profile, 'key', model, refusal.allowed)
  checkExpiry(state, identity)
  const isCosting = !isFree(state, model)
  if (isCosting) checkKeyBudget(state, key)
  const team = key.team_id === null ? undefined : state.teams.get(key.team_id)
  if (team?.blocked === true)
    throw authError(`Team=${team.team_id} is blocked. Update via \`/team/unblock\` if your admin.`)
  if (refusal?.level === 'team' && model !== null)
    throw modelDenied(state.profile, 'team', model, refusal.allowed)
  if (!isCosting) return
  checkTeamBudget(state, key)
  checkUserBudget(state, key)
  checkCustomerBudget(state, endUser)
}

function allowsRoute(allowed: readonly string[], path: string): boolean {
  const isModelRoute =
    path.startsWith('/v1/') || path === '/models' || /^\/(chat|completions|embeddings)/.test(path)
  return allowed.includes(path) || (isModelRoute && allowed.includes('llm_api_routes'))
}

/** Who a refused credential is in the logs: the hash of an `sk-` key, else the raw string, as LiteLLM stores it. */
export function stranger(secret: string | undefined): Identity {
  const text = secret ?? ''
  const keyHash = text.startsWith('sk-') ? sha256(text) : text
  return { isMaster: false, keyHash, secret: text, key: null, userId: null, role: 'unknown' }
}

import { DetailError, ProxyError, wrapped } from './errors.ts'
import { json, type Handler } from './exchange.ts'
import { checkBody, stringOf, stringsOf, type JsonObject } from './json.ts'
import type { CustomerRow } from './rows.ts'
import type { State } from './state.ts'

const fieldsOf = {
  user_id: 'string',
  alias: 'string',
  blocked: 'bool',
  max_budget: 'float',
  budget_id: 'string',
} as const

function blank(id: string): CustomerRow {
  return {
    user_id: id,
    alias: null,
    spend: 0,
    allowed_model_region: null,
    default_model: null,
    blocked: false,
    budget_id: null,
  }
}

function applied(row: CustomerRow, fields: JsonObject): CustomerRow {
  return {
    ...row,
    alias: stringOf(fields['alias']) ?? row.alias,
    blocked: fields['blocked'] === true || row.blocked,
    budget_id: stringOf(fields['budget_id']) ?? row.budget_id,
    default_model: stringOf(fields['default_model']) ?? row.default_model,
  }
}

function customerBody(state: State, row: CustomerRow): JsonObject {
  return {
    ...row,
    litellm_budget_table: row.budget_id === null ? null : (state.budgets.get(row.budget_id) ?? null),
  }
}

const create: Handler = ({ state, body }) => {
  const fields = checkBody(body, fieldsOf, ['user_id'])
  const id = stringOf(fields['user_id']) ?? ''
  if (state.customers.has(id)) {
    throw new ProxyError(
      400,
      'bad_request',
      `Customer already exists, passed user_id=${id}. Please pass a new user_id.`,
      'user_id',
    )
  }
  return json(customerBody(state, state.customers.put(id, applied(blank(id), fields))))
}

const describe: Handler = ({ state, query }) => {
  const id = query.get('end_user_id') ?? ''
  const row = state.customers.get(id)
  if (row === undefined)
    throw new ProxyError(404, 'not_found', `End User Id=${id} does not exist in db`, 'end_user_id')
  return json(
    Object.fromEntries(Object.entries(customerBody(state, row)).filter(([, value]) => value !== null)),
  )
}

const update: Handler = ({ state, body }) => {
  const fields = checkBody(body, fieldsOf, ['user_id'])
  const id = stringOf(fields['user_id']) ?? ''
  const row = state.customers.get(id)
  if (row === undefined) throw wrapped(404, 'not_found', `End User Id=${id} does not exist in db`)
  return json(customerBody(state, state.customers.put(id, applied(row, fields))))
}

const remove: Handler = ({ state, body }) => {
  const ids = stringsOf(checkBody(body, { user_ids: 'list' }, ['user_ids'])['user_ids'])
  if (ids.some((id) => !state.customers.has(id))) {
    throw new ProxyError(404, 'not_found', `End User Ids do not exist in db: ${ids.join(', ')}`, 'user_ids')
  }
  for (const id of ids) state.customers.remove(id)
  return json({
    deleted_customers: ids.length,
    message: `Successfully deleted customers with ids: ${ids.join(', ')}`,
  })
}

const list: Handler = ({ state }) => json(state.customers.values().map((row) => customerBody(state, row)))

const block: Handler = ({ state, body }) => {
  const ids = stringsOf(checkBody(body, { user_ids: 'list' }, ['user_ids'])['user_ids'])
  const rows = ids.map((id) =>
    state.customers.put(id, { ...(state.customers.get(id) ?? blank(id)), blocked: true }),
  )
  return json({ blocked_users: rows })
}

const unblock: Handler = () => {
  throw new DetailError(400, {
    error: 'Blocked user check was never set. This call has no effect. It needs an enterprise hook.',
  })
}

export const customerHandlers = { create, describe, update, remove, list, block, unblock }

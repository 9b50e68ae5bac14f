import { randomUUID } from 'node:crypto'
import { after, stamp } from './clock.ts'
import { DetailError, UnhandledError } from './errors.ts'
import { json, type Handler } from './exchange.ts'
import { checkBody, isObject, numberOf, stringOf, stringsOf, type JsonObject } from './json.ts'
import { withDurations } from './key-rows.ts'
import type { BudgetRow } from './rows.ts'

const fieldsOf = {
  budget_id: 'string',
  max_budget: 'float',
  soft_budget: 'float',
  max_parallel_requests: 'int',
  tpm_limit: 'int',
  rpm_limit: 'int',
  budget_duration: 'string',
} as const

function applied(row: BudgetRow, fields: JsonObject, by: string): BudgetRow {
  const next = { ...row, updated_at: new Date().toISOString(), updated_by: by }
  for (const name of [
    'max_budget',
    'soft_budget',
    'max_parallel_requests',
    'tpm_limit',
    'rpm_limit',
  ] as const) {
    if (fields[name] === undefined) continue
    const value = numberOf(fields[name])
    if (value !== null && value < 0) {
      throw new DetailError(400, { error: `${name} cannot be negative. Received: ${value}` })
    }
    next[name] = value
  }
  if (isObject(fields['model_max_budget'])) next.model_max_budget = fields['model_max_budget']
  const duration = stringOf(fields['budget_duration'])
  if (duration !== null) {
    next.budget_duration = duration
    // Rolling here, unlike the calendar windows of keys, users and teams.
    next.budget_reset_at = withDurations(() => after(new Date(), duration).toISOString())
  }
  return next
}

function budgetBody(row: BudgetRow): JsonObject {
  return {
    ...row,
    budget_reset_at: stamp(row.budget_reset_at, 'Z'),
    created_at: stamp(row.created_at, 'Z'),
    updated_at: stamp(row.updated_at, 'Z'),
    organization: null,
    keys: null,
    end_users: null,
    team_membership: null,
  }
}

const create: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body ?? {}, fieldsOf)
  const id = stringOf(fields['budget_id']) ?? randomUUID()
  if (state.budgets.has(id)) throw new UnhandledError('Unique constraint failed')
  const by = identity.userId ?? 'default_user_id'
  const now = new Date().toISOString()
  const blank: BudgetRow = {
    budget_id: id,
    max_budget: null,
    soft_budget: null,
    max_parallel_requests: null,
    tpm_limit: null,
    rpm_limit: null,
    model_max_budget: null,
    budget_duration: null,
    budget_reset_at: null,
    created_at: now,
    created_by: by,
    updated_at: now,
    updated_by: by,
  }
  return json(budgetBody(state.budgets.put(id, applied(blank, fields, by))))
}

const update: Handler = ({ state, body, identity }) => {
  const fields = checkBody(body, fieldsOf)
  const row = state.budgets.get(stringOf(fields['budget_id']) ?? '')
  if (row === undefined) return json(null)
  const next = applied(row, fields, identity.userId ?? 'default_user_id')
  return json(budgetBody(state.budgets.put(row.budget_id, next)))
}

const describe: Handler = ({ state, body }) => {
  const ids = stringsOf(checkBody(body, { budgets: 'list' }, ['budgets'])['budgets'])
  if (ids.length === 0) {
    throw new DetailError(400, { error: 'Specify list of budget id\'s to query. Passed in={"budgets": []}' })
  }
  return json(ids.flatMap((id) => state.budgets.get(id) ?? []).map(budgetBody))
}

const list: Handler = ({ state }) => json(state.budgets.values().map(budgetBody))

const remove: Handler = ({ state, body }) => {
  const id = stringOf(checkBody(body, { id: 'string' }, ['id'])['id']) ?? ''
  const row = state.budgets.get(id)
  if (row === undefined) return json(null)
  state.budgets.remove(id)
  return json(budgetBody(row))
}

export const budgetHandlers = { create, update, describe, list, remove }

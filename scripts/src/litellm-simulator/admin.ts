import { json, type Handler } from './exchange.ts'
import { parseCallback } from './callback.ts'
import { parseFault } from './faults.ts'
import { checkBody, isObject, objectOf, stringOf } from './json.ts'
import { applyFields, blankKey } from './key-rows.ts'
import { resetBudgets } from './budget-windows.ts'
import { plantedLog } from './planted-logs.ts'

/** The switches of the simulator itself, under `/simulator/*`, for the master key only. */
const addFault: Handler = ({ state, body }) => {
  state.faults.add(parseFault(checkBody(body, { match: 'dict', times: 'int', delayMs: 'int' })))
  return json({ faults: state.faults.list().length })
}

const clearFaults: Handler = ({ state }) => {
  state.faults.clear()
  return json({ faults: 0 })
}

const flush: Handler = async ({ state }) => {
  await state.spend.flush()
  await state.callback.flush()
  return json({ flushed: true })
}

const calls: Handler = ({ state, query }) => json({ calls: state.calls.list(query.get('path')) })

const clearCalls: Handler = ({ state }) => {
  state.calls.clear()
  return json({ calls: [] })
}

const usage: Handler = ({ state }) => json({ usage: state.spend.counts() })

/** Runs the reset job now, as if it were `now` (ISO 8601) when the body says so. */
const reset: Handler = ({ state, body }) => {
  const { now } = checkBody(body ?? {}, { now: 'string' })
  return json({ reset: resetBudgets(state, typeof now === 'string' ? new Date(now) : new Date()) })
}

/** Where finished calls are pushed from now on; `{}` turns it off. */
const configureCallback: Handler = ({ state, body }) => {
  state.callback.configure(parseCallback(objectOf(body)))
  return json({ callback: state.callback.counts })
}

const callbackCounts: Handler = ({ state }) => json({ callback: state.callback.counts })

/** Rows of the spend logs as somebody wishes them: late, of other days, many at one moment. */
const plantLogs: Handler = ({ state, body }) => {
  const { rows } = checkBody(body, { rows: 'list' })
  const logs = (Array.isArray(rows) ? rows : []).filter(isObject).map(plantedLog)
  state.spend.plant(logs)
  return json({ planted: logs.length })
}

/** Keys by their hashes, as they stand in a proxy's database: their secrets need not exist. */
const importKeys: Handler = ({ state, body }) => {
  const { keys } = checkBody(body, { keys: 'list' })
  const now = new Date()
  const rows = (Array.isArray(keys) ? keys : []).filter(isObject)
  state.storage.transaction(() => {
    for (const { token, expires, ...fields } of rows) {
      const hash = stringOf(token)
      if (hash === null) continue
      const row = applyFields(blankKey(hash, hash, 'import', now), fields, now)
      state.keys.put(hash, { ...row, expires: stringOf(expires) })
    }
  })
  return json({ imported: rows.length })
}

export const adminHandlers = {
  addFault,
  clearFaults,
  flush,
  calls,
  clearCalls,
  usage,
  reset,
  configureCallback,
  callbackCounts,
  plantLogs,
  importKeys,
}

import { json, type Handler } from './exchange.ts'
import { parseFault } from './faults.ts'
import { checkBody } from './json.ts'
import { resetBudgets } from './budget-windows.ts'

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

export const adminHandlers = { addFault, clearFaults, flush, calls, clearCalls, usage, reset }

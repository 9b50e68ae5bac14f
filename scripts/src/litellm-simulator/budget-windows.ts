import { windowEnd } from './clock.ts'
import type { State } from './state.ts'

interface Windowed {
  spend: number
  budget_duration: string | null
  budget_reset_at: string | null
}

function isDue(row: Windowed, now: Date): boolean {
  return row.budget_reset_at !== null && Date.parse(row.budget_reset_at) <= now.getTime()
}

function renewed<Row extends Windowed>(row: Row, now: Date): Row {
  const end = row.budget_duration === null ? null : windowEnd(now, row.budget_duration).toISOString()
  return { ...row, spend: 0, budget_reset_at: end }
}

/** The reset job: spend of rows whose window is over becomes 0 and the next window opens. Expired keys stay as they are. */
export function resetBudgets(state: State, now: Date): number {
  let count = 0
  for (const key of state.keys.values()) {
    const isExpired = key.expires !== null && Date.parse(key.expires) <= now.getTime()
    if (isExpired || !isDue(key, now)) continue
    state.spend.forget('key', key.token)
    state.keys.put(key.token, renewed(key, now))
    count += 1
  }
  for (const user of state.users.values().filter((row) => isDue(row, now))) {
    state.spend.forget('user', user.user_id)
    state.users.put(user.user_id, renewed(user, now))
    count += 1
  }
  for (const team of state.teams.values().filter((row) => isDue(row, now))) {
    state.spend.forget('team', team.team_id)
    state.teams.put(team.team_id, renewed(team, now))
    count += 1
  }
  return count
}

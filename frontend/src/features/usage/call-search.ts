import type { ListSearch } from '../../app/list-search.ts'
import type { CallQuery } from './usage-source.ts'
import { textOf } from './use-usage-search.ts'

const outcomes = ['success', 'error', 'cancelled'] as const

/** From so many milliseconds, from so many US dollars. */
export const slownesses = [1000, 5000, 10_000, 30_000] as const
export const prices = [0.0001, 0.001, 0.01, 0.1, 1] as const

/** What the address says about the list of calls; what the server would refuse is left out. */
export function callQueryOf(search: ListSearch): Omit<CallQuery, 'from' | 'to'> {
  const outcome = outcomes.find((one) => one === search['outcome'])
  const errorCode = textOf(search['errorCode'])
  const requestId = textOf(search['requestId'])?.trim()
  const minDurationMs = slownesses.find((one) => String(one) === String(search['minDurationMs']))
  const minCost = prices.find((one) => String(one) === String(search['minCost']))
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(requestId === undefined || requestId === '' ? {} : { requestId }),
    ...(minDurationMs === undefined ? {} : { minDurationMs }),
    ...(minCost === undefined ? {} : { minCost }),
    ...(search.sort === 'at' ? { sort: 'at' as const } : {}),
  }
}

export const noCallSearch = {
  outcome: undefined,
  errorCode: undefined,
  requestId: undefined,
  minDurationMs: undefined,
  minCost: undefined,
} as const

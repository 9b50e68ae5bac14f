import { queryOptions } from '@tanstack/react-query'
import type { Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

export type Budget = Success<'listBudgets'>['data'][number]
export type BudgetWindow = 'never' | '1d' | '7d' | '30d' | '1mo' | '1y'
export const budgetWindows: readonly BudgetWindow[] = ['1d', '7d', '1mo', '1y', 'never']
const known: readonly BudgetWindow[] = [...budgetWindows, '30d']

/** Which organization is looked into; empty for one's own. */
export interface Read {
  readonly organizationId?: string
  readonly scope?: 'platform'
}

export interface Subject {
  readonly level: 'user' | 'team' | 'organization'
  readonly id: string
}

/** The budget of a person, a team or an organization; null while nothing limits them. */
export const subjectBudgetQuery = ({ level, id }: Subject, read: Read) =>
  queryOptions({
    queryKey: ['budgets', 'of', level, id, read],
    queryFn: async () => {
      const { data } = await api.listBudgets({ query: { level, subjectId: id, limit: 1, ...read } })
      return data[0] ?? null
    },
  })

export const budgetHistoryQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['budgets', 'history', id, read],
    queryFn: async () => (await api.listBudgetHistory({ path: { id }, query: { limit: 12, ...read } })).data,
  })

export const budgetIncreasesQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['budgets', 'increases', id, read],
    queryFn: async () => (await api.listBudgetIncreases({ path: { id }, query: { limit: 5, ...read } })).data,
  })

export const budgetSpendersQuery = (id: string, read: Read) =>
  queryOptions({
    queryKey: ['budgets', 'spenders', id, read],
    queryFn: async () => (await api.getBudget({ path: { id }, query: read })).data,
  })

/** As the forms name it; null on the wire means that it never starts anew. */
export const windowOf = (duration: string | null): BudgetWindow =>
  known.find((one) => one === duration) ?? 'never'
export const durationOf = (window: BudgetWindow) => (window === 'never' ? null : window)

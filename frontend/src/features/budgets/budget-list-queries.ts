import type { Arguments, Success } from '@litemaas/client'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

export type BudgetQuery = NonNullable<Arguments<'listBudgets'>['query']>
export type MyBudget = Success<'listMyBudgets'>['data'][number]

export const budgetLevels = ['organization', 'team', 'user', 'key', 'key_model', 'platform'] as const
export type BudgetLevel = (typeof budgetLevels)[number]

export const levelOf = (value: unknown): BudgetLevel | undefined => budgetLevels.find((one) => one === value)

export const budgetsQuery = (query: BudgetQuery) =>
  queryOptions({
    queryKey: ['budgets', 'list', query],
    queryFn: () => api.listBudgets({ query }),
    placeholderData: keepPreviousData,
  })

/** The one above all organizations; null while there is none. */
export const platformBudgetQuery = queryOptions({
  queryKey: ['budgets', 'platform'],
  queryFn: async () => (await api.listBudgets({ query: { level: 'platform', limit: 1 } })).data[0] ?? null,
})

/** As many as a person can look at; whoever has more sees the fullest first. */
const SHOWN = 100

export const myBudgetsQuery = queryOptions({
  queryKey: ['budgets', 'mine'],
  queryFn: async () => (await api.listMyBudgets({ query: { limit: SHOWN } })).data,
})

import type { Arguments, components } from '@litemaas/client'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

export type Model = components['schemas']['Model']
export type ModelPrice = components['schemas']['ModelPrice']

export type ModelsListQuery = NonNullable<Arguments<'listModels'>['query']>

export const modelsQuery = (query: ModelsListQuery) =>
  queryOptions({
    queryKey: ['models', 'list', query],
    queryFn: () => api.listModels({ query }),
    placeholderData: keepPreviousData,
  })

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', 'one', id],
    queryFn: async () => (await api.getModel({ path: { id } })).data,
  })

export const modelPricesQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', 'prices', id],
    queryFn: async () => (await api.listModelPrices({ path: { id }, query: { limit: 100 } })).data,
  })

/** What the catalogue can be filtered by, with how many models have each. */
export const modelFacetsQuery = queryOptions({
  queryKey: ['models', 'facets'],
  queryFn: async () => {
    const [abilities, statistics] = await Promise.all([api.listModelAbilities(), api.getModelStatistics()])
    return { ...statistics.data, abilities: abilities.data }
  },
  staleTime: 60_000,
})

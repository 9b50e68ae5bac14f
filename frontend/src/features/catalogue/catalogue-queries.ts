import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'

export type CatalogueModel = Success<'getAdminModel'>['data']
export type Deployment = CatalogueModel['deployments'][number]
export type ModelChange = Arguments<'updateModel'>['body']
export type NewModel = Arguments<'createModel'>['body']
export type Trial = Success<'testModelConnection'>['data']
export type Drift = Success<'getModelDrift'>['data']
export type Price = Success<'listModelPrices'>['data'][number]
export type Synchronization = Success<'listModelSynchronizations'>['data'][number]

type ModelsQuery = NonNullable<Arguments<'listAdminModels'>['query']>

export const modelsQuery = (query: ModelsQuery) =>
  queryOptions({
    queryKey: ['models', 'catalogue', query],
    queryFn: () => api.listAdminModels({ query }),
    placeholderData: keepPreviousData,
  })

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', 'catalogue', 'one', id],
    queryFn: async () => (await api.getAdminModel({ path: { id } })).data,
  })

export const pricesQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', 'prices', id],
    queryFn: async () => (await api.listModelPrices({ path: { id }, query: { limit: 100 } })).data,
  })

export const statisticsQuery = queryOptions({
  queryKey: ['models', 'statistics'],
  queryFn: async () => (await api.getModelStatistics()).data,
})

export const synchronizationsQuery = (query: { limit: number; offset: number }) =>
  queryOptions({
    queryKey: ['models', 'synchronizations', query],
    queryFn: () => api.listModelSynchronizations({ query }),
    placeholderData: keepPreviousData,
  })

/** Each look asks LiteLLM, so it is not done at every focus of the window. */
export const driftQuery = queryOptions({
  queryKey: ['catalogue', 'drift'],
  queryFn: async () => (await api.getModelDrift()).data,
  staleTime: 60_000,
  refetchOnWindowFocus: false,
})

function useStale() {
  const queries = useQueryClient()
  return async () => {
    await queries.invalidateQueries({ queryKey: ['models'] })
    // Not waited for: LiteLLM is asked.
    void queries.invalidateQueries({ queryKey: ['catalogue'] })
    void queries.invalidateQueries({ queryKey: ['jobs'] })
  }
}

export function useCreateModel() {
  return useMutation({ mutationFn: (body: NewModel) => api.createModel({ body }), onSuccess: useStale() })
}

export function useChangeModel() {
  return useMutation({
    mutationFn: ({ id, version, body }: { id: string; version: number; body: ModelChange }) =>
      api.updateModel({ path: { id }, body }, { ifMatch: version }),
    onSuccess: useStale(),
  })
}

export function useRemoveModel() {
  return useMutation({
    mutationFn: ({ model, reason }: { model: CatalogueModel; reason: string }) =>
      api.removeModel({
        path: { id: model.id },
        query: {
          ...(model.keys > 0 ? { force: true } : {}),
          ...(reason === '' ? {} : { reason }),
        },
      }),
    onSuccess: useStale(),
  })
}

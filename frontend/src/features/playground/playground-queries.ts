import type { Success } from '@litemaas/client'
import { each } from '@litemaas/client'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

export type Model = Success<'listModels'>['data'][number]
export type PayingKey = Success<'listApiKeys'>['data'][number]

/** What can be tried here. */
export const kinds = ['chat', 'embedding', 'image'] as const
export type Kind = (typeof kinds)[number]

export function kindOf(mode: string): Kind | undefined {
  if (['chat', 'responses', 'completion'].includes(mode)) return 'chat'
  if (mode === 'embedding') return 'embedding'
  return mode === 'image_generation' ? 'image' : undefined
}

/** My models that can be tried here, chat first. */
export const myModelsQuery = queryOptions({
  queryKey: ['models', 'to-try'],
  queryFn: async () => {
    const models: Model[] = []
    for await (const model of each(api.listModels, { query: { sort: 'name' } }))
      if (model.mySubscription?.status === 'active' && kindOf(model.mode) !== undefined) models.push(model)
    const place = (model: Model) => kinds.indexOf(kindOf(model.mode) ?? 'chat')
    return models.toSorted((a, b) => place(a) - place(b))
  },
  staleTime: 60_000,
})

/** Keys of mine that can pay for calls of this model, the most recently used first. */
export const payingKeysQuery = (modelId: string | undefined) =>
  queryOptions({
    queryKey: ['api-keys', 'paying', modelId],
    queryFn: async () =>
      (
        await api.listApiKeys({
          query: { status: 'active', modelId: modelId ?? '', sort: '-lastUsedAt', limit: 100 },
        })
      ).data,
    enabled: modelId !== undefined,
  })

const TRIES = 8
const PAUSE_MS = 400

/** What a call was booked with; the books are at most a second behind. */
export const bookedCostQuery = (requestId: string | undefined) =>
  queryOptions({
    queryKey: ['booked', requestId],
    queryFn: async () => {
      for (let left = TRIES; left > 0; left -= 1) {
        const { data } = await api.listUsageLogs({ query: { requestId: requestId ?? '', limit: 1 } })
        if (data[0]) return data[0]
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
      return null
    },
    enabled: requestId !== undefined,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })

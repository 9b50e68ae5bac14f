import type { Arguments, components } from '@litemaas/client'
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useToasts } from '../../ui/Toasts.tsx'

export type Subscription = components['schemas']['Subscription']
export type SubscriptionStatus = Subscription['status']
export type SubscriptionEvent = components['schemas']['SubscriptionEvent']

type ListQuery = NonNullable<Arguments<'listSubscriptions'>['query']>

export const subscriptionsQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ['subscriptions', 'list', query],
    queryFn: () => api.listSubscriptions({ query }),
    placeholderData: keepPreviousData,
  })

export const subscriptionQuery = (id: string) =>
  queryOptions({
    queryKey: ['subscriptions', 'one', id],
    queryFn: async () => (await api.getSubscription({ path: { id } })).data,
  })

export const subscriptionStatisticsQuery = queryOptions({
  queryKey: ['subscriptions', 'statistics'],
  queryFn: async () => (await api.getSubscriptionStatistics()).data,
})

export const subscriptionHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['subscriptions', 'history', id],
    queryFn: async () => (await api.listSubscriptionHistory({ path: { id }, query: { limit: 100 } })).data,
  })

/** What a changed subscription makes old: lists of it, the catalogue that shows it, keys that lose a model. */
const STALE = ['subscriptions', 'models', 'api-keys', 'home', 'requests'] as const

function useStale() {
  const queries = useQueryClient()
  return () => Promise.all(STALE.map((key) => queries.invalidateQueries({ queryKey: [key] })))
}

/** To one model or to several: all of them, or none when one is refused. */
export function useSubscribing() {
  const { t } = useTranslation('subscriptions')
  const { say } = useToasts()
  const stale = useStale()
  return useMutation({
    mutationFn: async ({ models, reason }: { models: readonly { id: string }[]; reason?: string }) => {
      const modelIds = models.map(({ id }) => id)
      const why = reason === undefined || reason === '' ? {} : { reason }
      const { data } = await api.createSubscription({ body: { modelIds, ...why } })
      return [data].flat()
    },
    onSuccess: (made) => {
      const waiting = made.filter(({ status }) => status === 'pending').length
      const active = made.length - waiting
      const model = made[0]?.modelName ?? ''
      if (made.length === 1)
        say(waiting > 0 ? t('said.requested', { model }) : t('said.subscribed', { model }))
      else if (waiting === 0) say(t('said.subscribedMany', { count: active }))
      else say(t('said.someWait', { count: waiting, total: made.length }), 'info')
    },
    onSettled: stale,
  })
}

export function useAskingAgain() {
  const { t } = useTranslation('subscriptions')
  const { say } = useToasts()
  const stale = useStale()
  return useMutation({
    mutationFn: async ({ id, reason }: { id: string; reason: string }) =>
      (await api.requestSubscriptionAgain({ path: { id }, body: reason === '' ? {} : { reason } })).data,
    onSuccess: ({ status, modelName: model }) =>
      say(status === 'pending' ? t('said.requested', { model }) : t('said.subscribed', { model })),
    onSettled: stale,
  })
}

export function useCancelling() {
  const { t } = useTranslation('subscriptions')
  const { say } = useToasts()
  const stale = useStale()
  return useMutation({
    mutationFn: ({ id }: { id: string; modelName: string }) => api.cancelSubscription({ path: { id } }),
    onSuccess: (_answer, { modelName: model }) => say(t('said.cancelled', { model })),
    onSettled: stale,
  })
}

export function useRewriting() {
  const { t } = useTranslation('subscriptions')
  const { say } = useToasts()
  const stale = useStale()
  return useMutation({
    mutationFn: ({ id, version, reason }: { id: string; version: number; reason: string }) =>
      api.updateSubscription(
        { path: { id }, body: { reason: reason === '' ? null : reason } },
        { ifMatch: version },
      ),
    onSuccess: () => say(t('said.rewritten')),
    onSettled: stale,
  })
}

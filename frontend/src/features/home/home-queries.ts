import { queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

/** Everything here is told anew by events: keys, subscriptions, calls and notifications make `home` stale. */
export const keyCountsQuery = queryOptions({
  queryKey: ['home', 'keys'],
  queryFn: async () => (await api.getApiKeyStatistics()).data,
})

export const subscriptionCountsQuery = queryOptions({
  queryKey: ['home', 'subscriptions'],
  queryFn: async () => (await api.getSubscriptionStatistics()).data,
})

const SHOWN = 6

export const myModelsQuery = queryOptions({
  queryKey: ['home', 'models'],
  queryFn: async () =>
    (await api.listSubscriptions({ query: { status: 'active', limit: SHOWN, sort: 'modelName' } })).data,
})

const KEYS_SHOWN = 5

export const myKeysQuery = queryOptions({
  queryKey: ['home', 'latest-keys'],
  queryFn: async () =>
    (await api.listApiKeys({ query: { status: 'active', limit: KEYS_SHOWN, sort: '-lastUsedAt' } })).data,
})

/** The active keys that end next. */
export const endingKeysQuery = queryOptions({
  queryKey: ['home', 'ending-keys'],
  queryFn: async () =>
    (await api.listApiKeys({ query: { status: 'active', limit: KEYS_SHOWN, sort: 'expiresAt' } })).data,
})

/** Whether this person has ever called a model with a key that still exists. */
export const hasCalledQuery = queryOptions({
  queryKey: ['home', 'has-called'],
  queryFn: async () => {
    const { data } = await api.listUsageLogs({ query: { limit: 1 } })
    return data.length > 0
  },
})

export const openModelsQuery = queryOptions({
  queryKey: ['models', 'open'],
  queryFn: async () =>
    (
      await api.listModels({
        query: { isRestricted: false, availability: 'available', mode: 'chat', limit: 4 },
      })
    ).data,
  staleTime: 60_000,
})

export const waitingRequestsQuery = queryOptions({
  queryKey: ['requests', 'counts', 'home'],
  queryFn: async () => (await api.getApprovalStatistics()).data,
})

export const unreadWarningsQuery = queryOptions({
  queryKey: ['notifications', 'warnings'],
  queryFn: async () =>
    (await api.listNotifications({ query: { isRead: false, limit: 20 } })).data
      .filter(({ severity }) => severity === 'warning' || severity === 'danger')
      .slice(0, 3),
})

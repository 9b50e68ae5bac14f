import type { Arguments, components } from '@litemaas/client'
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, ApiError } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import type { ReviewAct } from './review-acts.ts'

export type SubscriptionRequest = components['schemas']['SubscriptionRequest']

export type QueueQuery = NonNullable<Arguments<'listSubscriptionRequests'>['query']>
type StatisticsQuery = NonNullable<Arguments<'getApprovalStatistics'>['query']>

export const requestsQuery = (query: QueueQuery) =>
  queryOptions({
    queryKey: ['requests', 'list', query],
    queryFn: () => api.listSubscriptionRequests({ query }),
    placeholderData: keepPreviousData,
  })

export const requestStatisticsQuery = (query: StatisticsQuery) =>
  queryOptions({
    queryKey: ['requests', 'statistics', query],
    queryFn: async () => (await api.getApprovalStatistics({ query })).data,
    placeholderData: keepPreviousData,
  })

export const requestHistoryQuery = (id: string, where: { organizationId?: string; scope?: 'platform' }) =>
  queryOptions({
    queryKey: ['requests', 'history', id, where],
    queryFn: async () =>
      (await api.listSubscriptionRequestHistory({ path: { id }, query: { ...where, limit: 100 } })).data,
  })

/** What became of one row. */
export interface ActResult {
  readonly row: SubscriptionRequest
  /** What was thrown; undefined when it worked. */
  readonly error?: unknown
}

/** So many in one call: few enough that progress is seen, many enough that it is fast. */
const AT_ONCE = 20

interface Order {
  readonly act: ReviewAct
  readonly rows: readonly SubscriptionRequest[]
  readonly reason: string
  readonly expiresAt?: string | undefined
  onProgress(done: number): void
}

/** Does something to one or many, wherever they are; what is refused for one does not hinder the others. */
export function useReviewing() {
  const scope = useScope()
  const queries = useQueryClient()
  const queryOf = (organizationId: string, reason: string) =>
    scope.target(organizationId).query(reason.slice(0, 500))

  const decideMany = async (part: readonly SubscriptionRequest[], order: Order): Promise<ActResult[]> => {
    const { act, reason } = order
    const decisions = part.map(({ id, version }) =>
      act === 'deny'
        ? { id, version, action: 'deny' as const, reason }
        : { id, version, action: 'approve' as const, ...(reason === '' ? {} : { reason }) },
    )
    const organizationId = part[0]?.organizationId ?? ''
    const { data } = await api.decideSubscriptions({
      query: queryOf(organizationId, reason),
      body: { decisions },
    })
    const answers = new Map(data.map((answer) => [answer.id, answer]))
    return part.map((row) => {
      const answer = answers.get(row.id)
      return answer?.error
        ? { row, error: new ApiError(answer.status, answer.error, new Headers()) }
        : { row }
    })
  }

  const actOnOne = async (row: SubscriptionRequest, { act, reason, expiresAt }: Order): Promise<void> => {
    const { id, version } = row
    const path = { id }
    const query = queryOf(row.organizationId, reason)
    const why = reason === '' ? {} : { reason }
    if (act === 'approve')
      await api.approveSubscription({
        path,
        query,
        body: { version, ...why, ...(expiresAt === undefined ? {} : { expiresAt }) },
      })
    else if (act === 'deny') await api.denySubscription({ path, query, body: { version, reason } })
    else if (act === 'revert') await api.revertSubscription({ path, query, body: { version, reason } })
    else if (act === 'suspend') await api.suspendSubscription({ path, query, body: { version, reason } })
    else if (act === 'resume') await api.resumeSubscription({ path, query, body: { version, ...why } })
    else await api.removeSubscription({ path, query: { ...query, reason } })
  }

  const runPart = async (part: readonly SubscriptionRequest[], order: Order): Promise<ActResult[]> => {
    const [first] = part
    try {
      if (part.length > 1) return await decideMany(part, order)
      if (first) await actOnOne(first, order)
      return part.map((row) => ({ row }))
    } catch (error) {
      return part.map((row) => ({ row, error }))
    }
  }

  return async (order: Order): Promise<readonly ActResult[]> => {
    const results: ActResult[] = []
    const places = Map.groupBy(order.rows, (row) => row.organizationId)
    for (const rows of places.values())
      for (let start = 0; start < rows.length; start += AT_ONCE) {
        results.push(...(await runPart(rows.slice(start, start + AT_ONCE), order)))
        order.onProgress(results.length)
      }
    await Promise.all(
      ['requests', 'users', 'home', 'notifications', 'subscriptions'].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    )
    return results
  }
}

import type { Arguments } from '@litemaas/client'

type OwnQuery = NonNullable<Arguments<'listSubscriptions'>['query']>
type QueueQuery = NonNullable<Arguments<'listSubscriptionRequests'>['query']>

const statuses = ['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired'] as const
const ownSorts = [
  'requestedAt',
  '-requestedAt',
  'decidedAt',
  '-decidedAt',
  'expiresAt',
  '-expiresAt',
  'modelName',
  '-modelName',
  'status',
  '-status',
] as const satisfies ReadonlyArray<NonNullable<OwnQuery['sort']>>
const queueSorts = [...ownSorts, 'username', '-username'] as const satisfies ReadonlyArray<
  NonNullable<QueueQuery['sort']>
>

type Given = Readonly<Record<string, unknown>> & { readonly limit: number; readonly offset: number }

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

/** The list of one's own, as the API takes it; what somebody wrote into the address and makes no sense is left out. */
export function readQuery({ limit, offset, search, status, sort }: Given): OwnQuery {
  const text = textOf(search)
  const state = statuses.find((one) => one === status)
  const order = ownSorts.find((one) => one === sort)
  return {
    limit,
    offset,
    ...(text === undefined ? {} : { search: text }),
    ...(state === undefined ? {} : { status: state }),
    ...(order === undefined ? {} : { sort: order }),
  }
}

const DAY_MS = 86_400_000

/** The same for reviewers. `within` is a number of days until now. */
export function readQueueQuery(given: Given, now: number): QueueQuery {
  const { limit, offset, search, sort, modelId, userId, isRestricted, within } = given
  const text = textOf(search)
  const order = queueSorts.find((one) => one === sort)
  const days = Number(within)
  // To the day, so that the same question stays the same question.
  const from = new Date(Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS)
  return {
    limit,
    offset,
    ...(text === undefined ? {} : { search: text }),
    ...(typeof modelId === 'string' ? { modelId } : {}),
    ...(typeof userId === 'string' ? { userId } : {}),
    ...(isRestricted === undefined ? {} : { isRestricted: isRestricted === true || isRestricted === 'true' }),
    ...(days > 0 && days < 10_000 ? { requestedFrom: from.toISOString() } : {}),
    ...(order === undefined ? {} : { sort: order }),
  }
}

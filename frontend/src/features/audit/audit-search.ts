/** How far back, counted from now. */
export const periods = ['1d', '7d', '30d', '90d'] as const
const DAY_MS = 86_400_000
const lengthOf = { '1d': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS } as const

/** What is handed to the API as it is. */
const passed = ['category', 'action', 'actorId', 'resourceType', 'resourceId', 'requestId', 'search'] as const
const results = ['success', 'refused', 'failed'] as const
const actorKinds = ['person', 'apiKey', 'serviceClient', 'system'] as const

const words = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

/** What is filtered by, as the address says it. */
export interface AuditFilters {
  readonly texts: Readonly<Partial<Record<(typeof passed)[number], string>>>
  readonly result?: (typeof results)[number]
  readonly actorKind?: (typeof actorKinds)[number]
  readonly period?: (typeof periods)[number]
  /** Days in UTC, the last one included. */
  readonly from?: string
  readonly to?: string
}

export function readAuditFilters(search: Readonly<Record<string, unknown>>): AuditFilters {
  const texts = Object.fromEntries(
    passed.flatMap((name) => {
      const value = words(search[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const result = results.find((one) => one === search['result'])
  const actorKind = actorKinds.find((one) => one === search['actorKind'])
  const period = periods.find((one) => one === search['period'])
  const from = dayOf(search['from'])
  const to = dayOf(search['to'])
  return {
    texts,
    ...(result ? { result } : {}),
    ...(actorKind ? { actorKind } : {}),
    ...(period ? { period } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  }
}

function dayOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined
}

/** What the API is asked. Days win over a period: they say exactly what is meant. */
export function auditQueryOf(filters: AuditFilters, now: number) {
  const { texts, result, actorKind, period, from, to } = filters
  // One letter finds too much to be asked for.
  const isTooShort = texts.search !== undefined && texts.search.length < 2
  const start =
    from !== undefined
      ? `${from}T00:00:00Z`
      : period !== undefined && to === undefined
        ? new Date(now - lengthOf[period]).toISOString()
        : undefined
  // The API's end is not in it, the day that somebody chose is.
  const end = to === undefined ? undefined : new Date(Date.parse(to) + DAY_MS).toISOString()
  return {
    ...(isTooShort ? without(texts, 'search') : texts),
    ...(result ? { result } : {}),
    ...(actorKind ? { actorKind } : {}),
    ...(start === undefined ? {} : { from: start }),
    ...(end === undefined ? {} : { to: end }),
  }
}

function without(texts: AuditFilters['texts'], name: string): AuditFilters['texts'] {
  return Object.fromEntries(Object.entries(texts).filter(([one]) => one !== name))
}

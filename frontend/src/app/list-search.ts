/** The state of a list, kept in the URL so that it can be shared, bookmarked and gone back to. */
export interface ListSearch {
  readonly page?: number
  readonly pageSize?: number
  readonly sort?: string
  readonly search?: string
  /** Filters by name; several values of one filter are a list. */
  readonly [filter: string]: string | number | boolean | readonly string[] | undefined
}

/** Whatever somebody wrote into the URL; the server checks each value. */
export function readListSearch(given: Record<string, unknown>): ListSearch {
  const kept = Object.entries(given).filter(
    ([, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ||
      (Array.isArray(value) && value.every((one) => typeof one === 'string')),
  )
  return Object.fromEntries(kept) as ListSearch
}

const PAGE_SIZE = 20

/** What the API wants to know of it. */
export function pageOf(search: ListSearch, pageSize = PAGE_SIZE): { limit: number; offset: number } {
  const limit = Math.min(100, Math.max(1, search.pageSize ?? pageSize))
  return { limit, offset: (Math.max(1, search.page ?? 1) - 1) * limit }
}

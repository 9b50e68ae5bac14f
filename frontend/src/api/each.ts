import type { CallOptions } from './client.ts'

interface Paged<Item> {
  readonly data: readonly Item[]
  readonly pagination:
    | { readonly offset: number; readonly hasMore: boolean }
    | { readonly nextCursor: string | null; readonly hasMore: boolean }
}

/**
 * Every item of a list, page by page as they are asked for; counted lists and lists with cursors alike:
 * `for await (const log of each(api.listUsageLogs, { query: { from } })) …`
 */
export async function* each<Given extends { query?: object }, Item>(
  list: (given: Given, options?: CallOptions) => Promise<Paged<Item>>,
  given: NoInfer<Given>,
  options: CallOptions = {},
): AsyncGenerator<Item, void, undefined> {
  for (let place: object = {}; ;) {
    const { data, pagination } = await list(
      { ...given, query: { limit: 100, ...given.query, ...place } },
      options,
    )
    yield* data
    if (!pagination.hasMore || data.length === 0) return
    if ('offset' in pagination) place = { offset: pagination.offset + data.length }
    else if (pagination.nextCursor === null) return
    else place = { cursor: pagination.nextCursor }
  }
}

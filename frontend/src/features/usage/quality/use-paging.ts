import { useState } from 'react'

const PAGE_SIZE = 20

/** The place in one of several lists of a page, which the address has no room for. */
export function usePaging() {
  const [{ page, pageSize }, set] = useState({ page: 1, pageSize: PAGE_SIZE })
  return {
    query: { limit: pageSize, offset: (page - 1) * pageSize },
    first: () => set({ page: 1, pageSize }),
    /** Nothing to turn where everything is on one page. */
    paging: (total: number | undefined) =>
      total === undefined || total <= PAGE_SIZE
        ? {}
        : {
            paging: {
              page,
              pageSize,
              total,
              onChange: (nextPage: number, nextSize: number) => set({ page: nextPage, pageSize: nextSize }),
            },
          },
  }
}

import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ListSearch } from './list-search.ts'

/** The open tab of a page, kept in the address. Another tab begins with its list unfiltered. */
export function useTab<T extends string>(tabs: readonly T[]): [T | undefined, (tab: string) => void] {
  const { in: scope, tab } = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const current = tabs.find((one) => one === tab) ?? tabs[0]
  const choose = (next: string) => {
    const search = {
      ...(scope === undefined ? {} : { in: scope }),
      ...(next === tabs[0] ? {} : { tab: next }),
    }
    void navigate({ to: '.', search: search as never, replace: true, resetScroll: false })
  }
  return [current, choose]
}

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { ListSearch } from '../../app/list-search.ts'
import { dayOf, rangeOf, searchOf, type Range } from './ranges.ts'

const MINUTE_MS = 60_000

/** To the minute, so that a page that stays open overnight turns to the new day. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** What shall be different in the address; undefined takes it out. */
export type SearchChange = Readonly<Record<string, ListSearch[string]>>

/** Range, filters and tab of a page about usage, from and to the address. */
export function useUsageSearch() {
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const now = useNow()
  const change = (next: SearchChange) => {
    const kept = Object.entries({ ...search, ...next }).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    )
    void navigate({
      to: '.',
      search: Object.fromEntries(kept) as never,
      replace: true,
      resetScroll: false,
    })
  }
  return {
    search,
    now,
    range: rangeOf(search, dayOf(now)),
    setRange: (range: Range) => change(searchOf(range)),
    change,
  }
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** A filter of several values; one value alone is read from the address as itself. */
export function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string')
  const one = textOf(value)
  return one === undefined ? [] : [one]
}

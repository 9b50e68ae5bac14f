import { useState } from 'react'
import { steadyPage, type Page, type SteadyRow } from './steady-rows.ts'

interface Kept<Row> {
  readonly question: string
  readonly page: Page<Row>
}

/**
 * Remembers what was shown first as the answer to a question, and goes on from there while it is asked again and again;
 * another question begins anew, and so does `settle`.
 */
export function useSteadyPage<Row extends { readonly id: string }>(
  question: string,
  fresh: Page<Row> | undefined,
): { rows: ReadonlyArray<SteadyRow<Row>> | undefined; arrivals: number; settle(): void } {
  const [kept, setKept] = useState<Kept<Row>>()
  const settle = () => setKept(undefined)
  if (fresh === undefined) return { rows: undefined, arrivals: 0, settle }
  if (kept?.question !== question) {
    setKept({ question, page: fresh })
    return { ...steadyPage(fresh, fresh), settle }
  }
  return { ...steadyPage(kept.page, fresh), settle }
}

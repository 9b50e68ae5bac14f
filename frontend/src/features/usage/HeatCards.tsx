import { GridItem } from '@patternfly/react-core'
import { useState } from 'react'
import { HeatCard, type Span } from './HeatCard.tsx'
import { HoursCard } from './HoursCard.tsx'
import type { Range } from './ranges.ts'
import type { UsageSource } from './usage-source.ts'

interface HeatCardsProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
}

/** Busy days and busy hours; a whole year needs a whole line. */
export function HeatCards({ source, range, now }: HeatCardsProps) {
  const [span, setSpan] = useState<Span>('quarter')
  return (
    <>
      <GridItem xl={span === 'year' ? 12 : 6}>
        <HeatCard source={source} now={now} span={span} onSpan={setSpan} />
      </GridItem>
      <GridItem xl={span === 'year' ? 12 : 6}>
        <HoursCard source={source} range={range} />
      </GridItem>
    </>
  )
}

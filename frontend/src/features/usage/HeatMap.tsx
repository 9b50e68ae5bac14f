import { Button } from '@patternfly/react-core'
import CalendarAltIcon from '@patternfly/react-icons/dist/esm/icons/calendar-alt-icon'
import TableIcon from '@patternfly/react-icons/dist/esm/icons/table-icon'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useAxisLabels } from './axis-labels.ts'
import { weeksOf, type HeatDay } from './heat.ts'
import { addDays } from './ranges.ts'

interface HeatMapProps {
  readonly label: string
  readonly from: string
  readonly to: string
  readonly values: ReadonlyMap<string, number>
  /** What is said about a day. */
  text(day: string, value: number): string
  /** The column of the table behind it. */
  readonly head: string
  cell(value: number): string
}

const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 }

/** Every day a square, darker where more happened; the day under the pointer, or chosen by arrow keys, is told below. */
export function HeatMap(props: HeatMapProps) {
  const { t } = useTranslation()
  const id = useId()
  const [isTable, setIsTable] = useState(false)
  return (
    <figure className="lm-figure">
      {isTable ? <HeatTable {...props} /> : <HeatPicture {...props} />}
      <figcaption id={id} className="pf-v6-screen-reader">
        {props.label}
      </figcaption>
      <Button
        variant="link"
        isInline
        size="sm"
        icon={isTable ? <CalendarAltIcon /> : <TableIcon />}
        aria-describedby={id}
        onClick={() => setIsTable(!isTable)}
      >
        {isTable ? t('act.showChart') : t('act.showTable')}
      </Button>
    </figure>
  )
}

function HeatPicture({ label, from, to, values, text }: HeatMapProps) {
  const { t } = useTranslation('usage')
  const labels = useAxisLabels()
  const [chosen, setChosen] = useState<string>()
  const weeks = useMemo(() => weeksOf(values, from, to), [values, from, to])
  const walk = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = chosen === undefined ? to : addDays(chosen, step)
    if (next >= from && next <= to) setChosen(next)
  }
  return (
    <>
      <div
        role="img"
        tabIndex={0}
        aria-label={label}
        className={weeks.length > 30 ? 'lm-heat lm-heat--year' : 'lm-heat'}
        style={{ gridTemplateColumns: `auto repeat(${String(weeks.length)}, minmax(0, 1fr))` }}
        onKeyDown={walk}
        onBlur={() => setChosen(undefined)}
        onMouseLeave={() => setChosen(undefined)}
      >
        {weeks.map((week, index) => (
          <span key={week[0]?.day} className="lm-heat__month" style={{ gridColumn: index + 2, gridRow: 1 }}>
            {monthLabel(week, weeks[index - 1], labels.month)}
          </span>
        ))}
        {(weeks[0] ?? []).map(({ day }, row) => (
          <span key={day} className="lm-heat__weekday" style={{ gridColumn: 1, gridRow: row + 2 }}>
            {row % 2 === 0 ? labels.weekday(day) : ''}
          </span>
        ))}
        {weeks.flatMap((week, column) =>
          week.map(({ day, value, level }, row) => (
            <span
              key={day}
              className={cellClass(value, level, day === chosen)}
              style={{ gridColumn: column + 2, gridRow: row + 2 }}
              onMouseEnter={() => setChosen(value === null ? undefined : day)}
            />
          )),
        )}
      </div>
      <div className="lm-heat__foot">
        <span aria-live="polite">
          {chosen === undefined ? t('heat.hint') : text(chosen, values.get(chosen) ?? 0)}
        </span>
        <span className="lm-heat__legend" aria-hidden>
          {t('heat.less')}
          {([0, 1, 2, 3, 4] as const).map((level) => (
            <span key={level} className={cellClass(0, level, false)} />
          ))}
          {t('heat.more')}
        </span>
      </div>
    </>
  )
}

const cellClass = (value: number | null, level: HeatDay['level'], isChosen: boolean): string =>
  value === null
    ? 'lm-heat__cell lm-heat__cell--none'
    : `lm-heat__cell lm-heat__cell--${String(level)}${isChosen ? ' lm-heat__cell--chosen' : ''}`

/** Above the first week of each month. */
function monthLabel(
  week: readonly HeatDay[],
  previous: readonly HeatDay[] | undefined,
  name: (day: string) => string,
): string {
  const monthOf = (days: readonly HeatDay[] | undefined) => days?.at(-1)?.day.slice(0, 7)
  return monthOf(week) === monthOf(previous) ? '' : name(week.at(-1)?.day ?? '')
}

function HeatTable({ label, from, to, values, head, cell }: HeatMapProps) {
  const { t } = useTranslation('usage')
  const labels = useAxisLabels()
  const days = [...values.keys()].filter((day) => day >= from && day <= to && (values.get(day) ?? 0) > 0)
  return (
    <div role="region" tabIndex={0} aria-label={label} className="lm-figure__table lm-heat__table">
      <Table aria-label={label} variant="compact" gridBreakPoint="" isStickyHeader>
        <Thead>
          <Tr>
            <Th>{t('trend.dayUtc')}</Th>
            <Th className="lm-number">{head}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {days.toReversed().map((day) => (
            <Tr key={day}>
              <Td>{labels.fullDay(day)}</Td>
              <Td className="lm-number">{cell(values.get(day) ?? 0)}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}

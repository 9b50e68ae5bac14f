import { Button } from '@patternfly/react-core'
import ChartBarIcon from '@patternfly/react-icons/dist/esm/icons/chart-bar-icon'
import TableIcon from '@patternfly/react-icons/dist/esm/icons/table-icon'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChartOption, Drawing } from './echarts.ts'
import { useIsDark } from './use-is-dark.ts'

interface ChartProps {
  /** What it shows, in a sentence; read out instead of the picture. */
  readonly label: string
  /** Keep it the same object (`useMemo`) while the figures are the same. */
  readonly option: ChartOption
  /** The same figures as a table: what somebody who cannot see the picture gets. */
  readonly table: ChartTable
  readonly height?: number
}

export interface ChartTable {
  readonly head: readonly string[]
  readonly rows: ReadonlyArray<readonly string[]>
}

const HEIGHT = 280

/** A picture of figures, with the figures themselves one click away. The library is fetched when the first chart is shown. */
export function Chart({ label, option, table, height = HEIGHT }: ChartProps) {
  const { t } = useTranslation()
  const id = useId()
  const [isTable, setIsTable] = useState(false)
  return (
    <figure className="lm-figure">
      {isTable ? (
        <Figures label={label} height={height} {...table} />
      ) : (
        <Picture label={label} option={option} height={height} places={table.rows.length} />
      )}
      <figcaption id={id} className="pf-v6-screen-reader">
        {label}
      </figcaption>
      <Button
        variant="link"
        isInline
        size="sm"
        icon={isTable ? <ChartBarIcon /> : <TableIcon />}
        aria-describedby={id}
        onClick={() => setIsTable(!isTable)}
      >
        {isTable ? t('act.showChart') : t('act.showTable')}
      </Button>
    </figure>
  )
}

interface PictureProps {
  readonly label: string
  readonly option: ChartOption
  readonly height: number
  /** How many places the arrow keys walk through. */
  readonly places: number
}

function Picture({ label, option, height, places }: PictureProps) {
  const element = useRef<HTMLDivElement>(null)
  const [drawing, setDrawing] = useState<Drawing>()
  const isDark = useIsDark()
  useEffect(() => {
    let isOver = false
    let close = () => {}
    void import('./echarts.ts').then(({ draw }) => {
      if (isOver || !element.current) return
      const drawn = draw(element.current, isDark)
      close = drawn.close
      setDrawing(drawn)
    })
    return () => {
      isOver = true
      setDrawing(undefined)
      close()
    }
  }, [isDark])
  useEffect(() => drawing?.show(option), [drawing, option])
  const { onKeyDown, onBlur } = usePlaces(drawing, places)
  return (
    <div
      ref={element}
      role="img"
      // The arrow keys point at one place after the other.
      tabIndex={0}
      aria-label={label}
      className="lm-chart"
      style={{ height }}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    />
  )
}

function usePlaces(drawing: Drawing | undefined, places: number) {
  const place = useRef(-1)
  return {
    onKeyDown(event: KeyboardEvent) {
      const next = placeAfter(event.key, place.current, places)
      if (next === undefined) return
      event.preventDefault()
      place.current = next
      drawing?.point(next)
    },
    onBlur() {
      place.current = -1
      drawing?.leave()
    },
  }
}

/** Where a key leads to; undefined for keys that lead nowhere. */
export function placeAfter(key: string, place: number, places: number): number | undefined {
  if (places === 0) return undefined
  if (key === 'ArrowRight') return Math.min(places - 1, place + 1)
  if (key === 'ArrowLeft') return place < 0 ? places - 1 : Math.max(0, place - 1)
  if (key === 'Home') return 0
  return key === 'End' ? places - 1 : undefined
}

interface FiguresProps extends ChartTable {
  readonly label: string
  readonly height: number
}

/** As high as the picture, so that nothing below moves. */
function Figures({ label, head, rows, height }: FiguresProps) {
  return (
    <div role="region" tabIndex={0} aria-label={label} className="lm-figure__table" style={{ height }}>
      <Table aria-label={label} variant="compact" gridBreakPoint="" isStickyHeader>
        <Thead>
          <Tr>
            {head.map((title, index) => (
              <Th key={title} {...(index > 0 ? { className: 'lm-number' } : {})}>
                {title}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((row, place) => (
            // Two things may bear the same name.
            <Tr key={`${row[0] ?? ''} ${String(place)}`}>
              {row.map((cell, index) => (
                <Td key={head[index]} {...(index > 0 ? { className: 'lm-number' } : {})}>
                  {cell}
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}

import type { ChartTable } from '../../ui/Chart.tsx'
import type { ChartColours, EChartsOption } from '../../ui/echarts.ts'

export interface Bar {
  readonly name: string
  readonly value: number
}

interface BarWords {
  readonly name: string
  readonly value: string
  text(value: number): string
  axis(value: number): string
}

export const BAR_HEIGHT = 34
const LONGEST_NAME = 22

/** The longest bar at the top, names beside the bars and amounts at their ends. */
export function barsOption(bars: readonly Bar[], words: BarWords) {
  const upwards = bars.toReversed()
  return (colours: ChartColours): EChartsOption => ({
    grid: { left: 4, right: 72, top: 4, bottom: 4 },
    tooltip: { trigger: 'item', valueFormatter: (value) => words.text(Number(value)) },
    xAxis: { type: 'value', axisLabel: { formatter: (value: number) => words.axis(value) }, splitNumber: 3 },
    yAxis: {
      type: 'category',
      data: upwards.map(({ name }) => name),
      axisLabel: { hideOverlap: false, formatter: shortened },
      axisLine: { show: false },
    },
    series: [
      {
        type: 'bar',
        name: words.value,
        data: upwards.map(({ value }) => value),
        barMaxWidth: 18,
        label: {
          show: true,
          position: 'right',
          color: colours.text,
          formatter: ({ value }) => words.text(Number(value)),
        },
      },
    ],
  })
}

export const shortened = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name

export const barsTable = (bars: readonly Bar[], words: BarWords): ChartTable => ({
  head: [words.name, words.value],
  rows: bars.map(({ name, value }) => [name, words.text(value)]),
})

import type { ChartTable } from '../../ui/Chart.tsx'
import type { ChartColours, EChartsOption } from '../../ui/echarts.ts'
import type { Latency, UsageDay } from './usage-source.ts'

export const percentiles = ['p50', 'p95', 'p99'] as const
export type Percentile = (typeof percentiles)[number]
type Measured = Latency['duration']

export interface LatencyWords {
  percentile(name: Percentile): string
  readonly percentileHead: string
  readonly now: string
  readonly before: string
  text(milliseconds: number): string
  readonly none: string
}

/** One bar for each percentile, beside what it was before. */
export function percentileOption(now: Measured, before: Measured | undefined, words: LatencyWords) {
  const bars = (measured: Measured) => percentiles.map((name) => measured[name])
  return (colours: ChartColours): EChartsOption => ({
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      valueFormatter: (value) => words.text(Number(value)),
    },
    legend: {},
    xAxis: { type: 'category', data: percentiles.map(words.percentile) },
    yAxis: { type: 'value', splitNumber: 4, axisLabel: { formatter: (value: number) => words.text(value) } },
    series: [
      { name: words.now, type: 'bar', barMaxWidth: 40, color: colours.palette[0] ?? '', data: bars(now) },
      ...(before === undefined
        ? []
        : [
            {
              name: words.before,
              type: 'bar' as const,
              barMaxWidth: 40,
              color: colours.neutral,
              data: bars(before),
            },
          ]),
    ],
  })
}

export function percentileTable(
  now: Measured,
  before: Measured | undefined,
  words: LatencyWords,
): ChartTable {
  const cell = (value: number | null | undefined) =>
    value === null || value === undefined ? words.none : words.text(value)
  return {
    head: [words.percentileHead, words.now, ...(before === undefined ? [] : [words.before])],
    rows: percentiles.map((name) => [
      words.percentile(name),
      cell(now[name]),
      ...(before === undefined ? [] : [cell(before[name])]),
    ]),
  }
}

export interface PaceWords {
  readonly duration: string
  readonly firstToken: string
  readonly when: string
  readonly none: string
  label(day: string): string
  fullLabel(day: string): string
  text(milliseconds: number): string
}

/** Mean durations day by day; days without calls leave a gap, as nothing was measured. */
export function paceOption(days: readonly UsageDay[], words: PaceWords): EChartsOption {
  const line = (name: string, data: Array<number | null>) => ({
    name,
    type: 'line' as const,
    showSymbol: days.length < 3,
    lineStyle: { width: 2 },
    data,
  })
  return {
    tooltip: { trigger: 'axis', valueFormatter: (value) => words.text(Number(value)) },
    legend: {},
    xAxis: { type: 'category', data: days.map(({ day }) => words.label(day)), boundaryGap: days.length < 3 },
    yAxis: { type: 'value', splitNumber: 4, axisLabel: { formatter: (value: number) => words.text(value) } },
    series: [
      line(
        words.duration,
        days.map(({ averageDurationMs }) => averageDurationMs),
      ),
      line(
        words.firstToken,
        days.map(({ averageTimeToFirstTokenMs }) => averageTimeToFirstTokenMs),
      ),
    ],
  }
}

export function paceTable(days: readonly UsageDay[], words: PaceWords): ChartTable {
  const cell = (value: number | null) => (value === null ? words.none : words.text(value))
  return {
    head: [words.when, words.duration, words.firstToken],
    rows: days.map(({ day, averageDurationMs, averageTimeToFirstTokenMs }) => [
      words.fullLabel(day),
      cell(averageDurationMs),
      cell(averageTimeToFirstTokenMs),
    ]),
  }
}

import type { ChartTable } from '../../ui/Chart.tsx'
import type { ChartColours, EChartsOption } from '../../ui/echarts.ts'
import type { Totals } from './usage-source.ts'

export const metrics = ['cost', 'requests', 'tokens'] as const
export type Metric = (typeof metrics)[number]

/** One bar: a day or an hour. */
export type Point = Pick<
  Totals,
  'cost' | 'requests' | 'errors' | 'cancelled' | 'promptTokens' | 'cachedPromptTokens' | 'completionTokens'
> & { readonly at: string; readonly isIncomplete: boolean }

type PartName = 'cost' | 'answered' | 'failed' | 'cancelled' | 'input' | 'cached' | 'output'

interface Part {
  readonly name: PartName
  colour(colours: ChartColours): string | undefined
  value(point: Point): number
}

/** What each bar is made of. Cached tokens are among the input and have no bar of their own beside it. */
const partsOf: Readonly<Record<Metric, readonly Part[]>> = {
  cost: [{ name: 'cost', colour: ({ palette }) => palette[0], value: ({ cost }) => cost }],
  requests: [
    {
      name: 'answered',
      colour: ({ palette }) => palette[0],
      value: ({ requests, errors, cancelled }) => requests - errors - cancelled,
    },
    { name: 'failed', colour: ({ danger }) => danger, value: ({ errors }) => errors },
    { name: 'cancelled', colour: ({ neutral }) => neutral, value: ({ cancelled }) => cancelled },
  ],
  tokens: [
    {
      name: 'input',
      colour: ({ palette }) => palette[0],
      value: ({ promptTokens, cachedPromptTokens }) => promptTokens - cachedPromptTokens,
    },
    {
      name: 'cached',
      colour: ({ palette }) => palette[1],
      value: ({ cachedPromptTokens }) => cachedPromptTokens,
    },
    {
      name: 'output',
      colour: ({ palette }) => palette[2],
      value: ({ completionTokens }) => completionTokens,
    },
  ],
}

const totalOf = (metric: Metric, point: Point): number =>
  partsOf[metric].reduce((sum, part) => sum + part.value(point), 0)

export interface TrendWords {
  part(name: PartName): string
  readonly before: string
  readonly when: string
  label(at: string): string
  fullLabel(at: string): string
  value(value: number): string
  axis(value: number): string
}

interface Trend {
  readonly metric: Metric
  readonly points: readonly Point[]
  /** The days before, place by place; undefined: not compared. */
  readonly before: readonly Point[] | undefined
}

/** More bars than this are too thin to see. */
const MANY = 100

export function trendOption({ metric, points, before }: Trend, words: TrendWords) {
  const isArea = points.length > MANY
  return (colours: ChartColours): EChartsOption => ({
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: isArea ? 'line' : 'shadow' },
      valueFormatter: (value) => words.value(Number(value)),
    },
    legend: { show: partsOf[metric].length > 1 || before !== undefined },
    xAxis: { type: 'category', data: points.map(({ at }) => words.label(at)), boundaryGap: !isArea },
    yAxis: {
      type: 'value',
      axisLabel: { formatter: (value: number) => words.axis(value) },
      splitNumber: 4,
      // Calls and tokens are whole.
      ...(metric === 'cost' ? {} : { minInterval: 1 }),
    },
    series: [
      ...partsOf[metric].map((part) => ({
        name: words.part(part.name),
        stack: 'now',
        color: part.colour(colours) ?? colours.neutral,
        barMaxWidth: 32,
        data: points.map((point) => ({
          value: part.value(point),
          ...(point.isIncomplete ? { itemStyle: { opacity: 0.55 } } : {}),
        })),
        ...(isArea
          ? ({ type: 'line', areaStyle: { opacity: 0.35 }, showSymbol: false } as const)
          : ({ type: 'bar' } as const)),
      })),
      ...(before === undefined
        ? []
        : [
            {
              name: words.before,
              type: 'line' as const,
              color: colours.neutral,
              lineStyle: { type: 'dashed' as const, width: 2 },
              showSymbol: false,
              data: points.map((_point, place) => beforeAt(metric, before, place)),
            },
          ]),
    ],
  })
}

const beforeAt = (metric: Metric, before: readonly Point[], place: number): number | null => {
  const point = before[place]
  return point === undefined ? null : totalOf(metric, point)
}

export function trendTable({ metric, points, before }: Trend, words: TrendWords): ChartTable {
  return {
    head: [
      words.when,
      ...partsOf[metric].map((part) => words.part(part.name)),
      ...(before === undefined ? [] : [words.before]),
    ],
    rows: points.map((point, place) => {
      const earlier = before === undefined ? null : beforeAt(metric, before, place)
      return [
        words.fullLabel(point.at),
        ...partsOf[metric].map((part) => words.value(part.value(point))),
        ...(before === undefined ? [] : [earlier === null ? '' : words.value(earlier)]),
      ]
    }),
  }
}

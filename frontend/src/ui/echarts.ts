import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use as register } from 'echarts/core'
import type { EChartsOption } from 'echarts'
import { CanvasRenderer } from 'echarts/renderers'
import { tipOf, type TipValue } from './chart-tip.ts'

export type { EChartsOption }

// Only what the console draws. The canvas needs no style attributes, which the page's policy would refuse.
register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** What a chart may colour its series with, so that a meaning has one colour in both themes. */
export interface ChartColours {
  readonly palette: readonly string[]
  readonly success: string
  readonly danger: string
  readonly warning: string
  /** For what is there to compare with. */
  readonly neutral: string
  readonly text: string
}

/** From PatternFly's palette, each at least 3 to 1 against the background, and apart for people who see fewer colours. */
const light: Omit<ChartColours, 'text'> = {
  palette: ['#0066cc', '#147878', '#ca6c0f', '#5e40be', '#3d7317', '#96640f', '#4d4d4d', '#003366'],
  success: '#3d7317',
  danger: '#b1380b',
  warning: '#b98412',
  neutral: '#707070',
}
const dark: Omit<ChartColours, 'text'> = {
  palette: ['#4394e5', '#63bdbd', '#f5921b', '#b6a6e9', '#87bb62', '#dca614', '#c7c7c7', '#92c5f9'],
  success: '#87bb62',
  danger: '#f4784a',
  warning: '#dca614',
  neutral: '#a3a3a3',
}

/** A function where colours have a meaning. */
export type ChartOption = EChartsOption | ((colours: ChartColours) => EChartsOption)

export interface Drawing {
  show(option: ChartOption): void
  /** Points at one place of the axis, as the mouse would. */
  point(place: number): void
  leave(): void
  close(): void
}

/** Draws into the element and follows its size. What is shown later replaces what was, without beginning anew. */
export function draw(element: HTMLElement, isDark: boolean): Drawing {
  const chart = init(element, themeOf(element), { renderer: 'canvas' })
  const colours = { ...(isDark ? dark : light), text: tokenOf(element, 'text--color--regular') }
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  const observer = new ResizeObserver(() => chart.resize())
  observer.observe(element)
  return {
    show(option) {
      const given = typeof option === 'function' ? option(colours) : option
      chart.setOption(
        {
          animation: !isStill,
          animationDuration: 300,
          animationDurationUpdate: 300,
          color: [...colours.palette],
          ...given,
          ...withTip(given),
        },
        { notMerge: true },
      )
    },
    point: (place) => chart.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: place }),
    leave: () => chart.dispatchAction({ type: 'hideTip' }),
    close() {
      observer.disconnect()
      chart.dispose()
    },
  }
}

/** Tooltips are built of elements: the library's own are text with style attributes. */
function withTip({ tooltip }: EChartsOption): Pick<EChartsOption, 'tooltip'> {
  if (tooltip === undefined || Array.isArray(tooltip)) return {}
  const { valueFormatter } = tooltip
  const textOf = (value: TipValue, index: number): string =>
    valueFormatter === undefined ? String(value) : valueFormatter(value, index)
  return {
    tooltip: {
      formatter: (params: unknown) => tipOf(params, textOf),
      ...tooltip,
      // An arrow, and a place outside of the chart, would again need what the policy refuses.
      confine: true,
    },
  }
}

const tokenOf = (element: Element, name: string): string =>
  getComputedStyle(element).getPropertyValue(`--pf-t--global--${name}`).trim()

/** The page's own colours and letters. */
function themeOf(element: HTMLElement): object {
  const { fontFamily } = getComputedStyle(element)
  const token = (name: string) => tokenOf(element, name)
  const text = token('text--color--regular')
  const subtle = token('text--color--subtle')
  const border = token('border--color--default')
  const axis = {
    axisLine: { lineStyle: { color: border } },
    axisTick: { show: false },
    axisLabel: { color: subtle, hideOverlap: true },
    splitLine: { lineStyle: { color: border, opacity: 0.5 } },
    nameTextStyle: { color: subtle },
  }
  return {
    backgroundColor: 'transparent',
    textStyle: { fontFamily, color: text },
    grid: { left: 4, right: 12, top: 36, bottom: 4 },
    legend: {
      top: 0,
      left: 0,
      icon: 'roundRect',
      itemWidth: 12,
      itemHeight: 12,
      textStyle: { color: text },
      inactiveColor: border,
    },
    categoryAxis: { ...axis, splitLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    tooltip: {
      backgroundColor: token('background--color--floating--default'),
      borderColor: border,
      textStyle: { color: text, fontFamily },
      axisPointer: { lineStyle: { color: subtle }, shadowStyle: { color: subtle, opacity: 0.12 } },
    },
  }
}

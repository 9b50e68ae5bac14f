export type TipValue = number | string

interface TipRow {
  readonly colour: string
  readonly name: string
  readonly value: string
}

interface Tip {
  readonly title: string
  readonly rows: readonly TipRow[]
}

type ValueText = (value: TipValue, index: number) => string

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What ECharts says about the place under the pointer, in words; values that are missing are left out. */
export function readTip(params: unknown, valueText: ValueText): Tip {
  const items = (Array.isArray(params) ? params : [params]).filter(isObject)
  const first = items[0]
  return {
    title: textOf(first?.['axisValueLabel']) || textOf(first?.['name']),
    rows: items.flatMap((item, index) => {
      const value = valueOf(item['value'])
      if (value === undefined) return []
      return [
        {
          colour: textOf(item['color']),
          name: textOf(item['seriesName']),
          value: valueText(value, index),
        },
      ]
    }),
  }
}

/** A point of a line may be a pair of place and value. */
function valueOf(value: unknown): TipValue | undefined {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'number' || typeof last === 'string' ? last : undefined
}

/** As elements with classes, so that neither markup nor styles come out of text. */
export function tipOf(params: unknown, valueText: ValueText): HTMLElement {
  const { title, rows } = readTip(params, valueText)
  const tip = elementOf('div', 'lm-tip')
  tip.append(elementOf('strong', 'lm-tip__title', title))
  for (const { colour, name, value } of rows) {
    const mark = elementOf('span', 'lm-tip__mark')
    mark.style.backgroundColor = colour
    const row = elementOf('div', 'lm-tip__row')
    row.append(mark, elementOf('span', 'lm-tip__name', name), elementOf('span', 'lm-number', value))
    tip.append(row)
  }
  return tip
}

function elementOf(kind: 'div' | 'span' | 'strong', className: string, text?: string): HTMLElement {
  const element = document.createElement(kind)
  element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

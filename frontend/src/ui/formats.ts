import { createContext, useContext, useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** The currency that the installation shows amounts in; the server's own are US dollars. */
export const CurrencyContext = createContext({ currency: 'USD', perUsd: 1 })

/** Numbers, amounts and times as the person's language writes them. Amounts are US dollars, shown in the installation's currency. */
export function useFormats() {
  const { i18n } = useTranslation()
  const { currency, perUsd } = useContext(CurrencyContext)
  return useMemo(() => formatsFor(i18n.language, currency, perUsd), [i18n.language, currency, perUsd])
}

export type Formats = ReturnType<typeof formatsFor>

export function formatsFor(language: string, currency: string, rate: number) {
  const money = (digits: number) =>
    new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: digits })
  const coarse = new Intl.NumberFormat(language, { style: 'currency', currency })
  const fine = money(6)
  const moneyCompact = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 2,
  })
  const moneyTiny = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    maximumSignificantDigits: 2,
  })
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return {
    currency,
    /** How much of the currency one US dollar is; for charts and fields that take amounts. */
    perUsd: rate,
    /** Small amounts keep the digits that say something. */
    money: (usd: number) => {
      const amount = usd * rate
      return amount !== 0 && Math.abs(amount) < 0.1 ? fine.format(amount) : coarse.format(amount)
    },
    number: (value: number) => number.format(value),
    /** Short, for axes: whole units, or the two digits that say something of less than one. */
    moneyCompact: (usd: number) => {
      const amount = usd * rate
      return amount !== 0 && Math.abs(amount) < 1 ? moneyTiny.format(amount) : moneyCompact.format(amount)
    },
    compact: (value: number) => compact.format(value),
    percent: (share: number) => percent.format(share),
    /** A day `YYYY-MM-DD` or a moment, as a day in UTC. */
    date: (value: string) => date.format(new Date(value)),
    dateTime: (value: string) => dateTime.format(new Date(value)),
    milliseconds: (value: number) =>
      value < 1000
        ? `${number.format(Math.round(value))} ms`
        : `${number.format(Math.round(value / 100) / 10)} s`,
    ago: (value: string) => agoOf(relative, value),
    /** The size of a file, in the largest unit that leaves something before the point. */
    bytes: (value: number) => bytesOf(language, value),
  }
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

function bytesOf(language: string, value: number): string {
  const step = Math.min(sizes.length - 1, Math.floor(Math.log10(Math.max(value, 1)) / 3))
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: sizes[step] ?? 'byte',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(value / 1000 ** step)
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

function agoOf(relative: Intl.RelativeTimeFormat, value: string): string {
  const seconds = (Date.parse(value) - Date.now()) / 1000
  for (const [unit, length] of units)
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  return relative.format(Math.trunc(seconds), 'second')
}

import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** Short names of days and hours in UTC, for axes and cells. */
export function useAxisLabels() {
  const { i18n } = useTranslation()
  return useMemo(() => axisLabelsFor(i18n.language), [i18n.language])
}

export type AxisLabels = ReturnType<typeof axisLabelsFor>

export function axisLabelsFor(language: string) {
  const short = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' })
  const medium = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const hour = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
  const hourOfDay = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  })
  const month = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' })
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  return {
    day: (day: string) => short.format(new Date(day)),
    fullDay: (day: string) => full.format(new Date(day)),
    hour: (at: string) => hour.format(new Date(at)),
    dayAndHour: (at: string) => `${hourOfDay.format(new Date(at))} UTC`,
    month: (day: string) => month.format(new Date(day)),
    weekday: (day: string) => weekday.format(new Date(day)),
    /** From and to in one, as the language writes it. */
    range: (from: string, to: string) => medium.formatRange(new Date(from), new Date(to)),
  }
}

import { useTranslation } from 'react-i18next'

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** A length of time in its largest unit that leaves something before the point. */
export function useDuration(): (seconds: number) => string {
  const { i18n } = useTranslation()
  return (seconds) => {
    const [unit, length] = units.find(([, one]) => seconds >= one) ?? units[3]
    return new Intl.NumberFormat(i18n.language, {
      style: 'unit',
      unit,
      unitDisplay: 'long',
      maximumFractionDigits: seconds < 60 ? 0 : 1,
    }).format(seconds / length)
  }
}

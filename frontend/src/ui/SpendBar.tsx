import { Progress, ProgressMeasureLocation, ProgressSize } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from './formats.ts'

interface SpendBarProps {
  /** What the bar is about, for screen readers. */
  readonly label: string
  /** US dollars. */
  readonly spent: number
  /** US dollars; null: no limit, and no bar. */
  readonly limit: number | null
}

const WARN_AT = 70
const DANGER_AT = 90

/** How much of a budget is used up. */
export function SpendBar({ label, spent, limit }: SpendBarProps) {
  const { t } = useTranslation()
  const { money } = useFormats()
  if (limit === null) return <span>{t('money.unlimited', { spent: money(spent) })}</span>
  const share = limit > 0 ? Math.min(100, (spent / limit) * 100) : 100
  return (
    <Progress
      className="lm-spend-bar"
      value={share}
      size={ProgressSize.sm}
      measureLocation={ProgressMeasureLocation.none}
      title={t('money.of', { spent: money(spent), limit: money(limit) })}
      aria-label={label}
      valueText={t('money.of', { spent: money(spent), limit: money(limit) })}
      {...(share >= DANGER_AT
        ? { variant: 'danger' as const }
        : share >= WARN_AT
          ? { variant: 'warning' as const }
          : {})}
    />
  )
}

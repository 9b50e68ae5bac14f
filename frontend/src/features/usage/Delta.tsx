import ArrowDownIcon from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon'
import ArrowUpIcon from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon'
import EqualsIcon from '@patternfly/react-icons/dist/esm/icons/equals-icon'
import { Icon, Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { changeOf, type Meaning } from './change.ts'

interface DeltaProps {
  /** Null where nothing was measured. */
  readonly now: number | null
  readonly before: number | null
  /** Whether more is good or bad news; more spending is neither. */
  readonly meaning: Meaning
  /** Writes the earlier figure. */
  text(value: number): string
  /** Shares differ by points: from 97 % to 98 % is one point more. */
  readonly isShare?: boolean
  /** One of many: no stop of its own for the keyboard. */
  readonly isInTable?: boolean
}

/** How a figure differs from the one before: which way, how much, and whether that is good. */
export function Delta({ now, before, meaning, text, isShare = false, isInTable = false }: DeltaProps) {
  const { t } = useTranslation('usage')
  const { percent, number } = useFormats()
  if (now === null || before === null || (before === 0 && !isShare))
    return <span className="lm-subtle">{t('delta.nothing')}</span>
  const { direction, share, tone } = changeOf(now, before, meaning, isShare)
  const amount = isShare
    ? t('delta.points', {
        count: Math.round(share * 1000) / 10,
        points: number(Math.round(share * 1000) / 10),
      })
    : percent(share)
  const words = { amount, before: text(before) }
  return (
    <Tooltip content={t('delta.before', words)}>
      <span className="lm-subtle" {...(isInTable ? {} : { tabIndex: 0 })}>
        <Icon isInline {...(tone === 'none' ? {} : { status: tone })}>
          {direction === 'same' ? <EqualsIcon /> : direction === 'more' ? <ArrowUpIcon /> : <ArrowDownIcon />}
        </Icon>{' '}
        {t(`delta.${direction}`, words)}
      </span>
    </Tooltip>
  )
}

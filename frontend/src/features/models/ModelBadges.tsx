import { Label, Tooltip } from '@patternfly/react-core'
import LockIcon from '@patternfly/react-icons/dist/esm/icons/lock-icon'
import { useTranslation } from 'react-i18next'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { inWords } from './abilities.ts'
import type { Model } from './catalogue-queries.ts'
import { knownMode } from './model-kind.ts'

export function useModeName(): (mode: string) => string {
  const { t } = useTranslation('models')
  return (mode) => {
    const known = knownMode(mode)
    return known === undefined ? inWords(mode) : t(`mode.${known}`)
  }
}

/** Somebody must approve who may use it. */
export function RestrictedBadge() {
  const { t } = useTranslation('models')
  return (
    <Tooltip content={t('restricted.hint')}>
      <Label isCompact color="purple" icon={<LockIcon />}>
        {t('restricted.label')}
      </Label>
    </Tooltip>
  )
}

/** Said only where it is not the normal case. */
export function AvailabilityBadge({ availability }: Pick<Model, 'availability'>) {
  const { t } = useTranslation('models')
  if (availability === 'available') return null
  return (
    <Tooltip content={t(`availability.${availability}.hint`)}>
      <span>
        <StateLabel tone={availability === 'disabled' ? 'danger' : 'warning'}>
          {t(`availability.${availability}.label`)}
        </StateLabel>
      </span>
    </Tooltip>
  )
}

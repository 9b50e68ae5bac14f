import { useTranslation } from 'react-i18next'
import { NumberField } from '../../ui/fields.tsx'
import type { Limits } from './limits.ts'

interface LimitFieldsProps {
  readonly value: Limits
  onChange(value: Limits): void
}

/** Requests and tokens per minute, and how many at once; nothing written means no limit. */
export function LimitFields({ value, onChange }: LimitFieldsProps) {
  const { t } = useTranslation(['people', 'common'])
  const placeholder = t('common:state.unlimited')
  return (
    <>
      <NumberField
        name="rpmLimit"
        label={t('limit.rpm')}
        unit={t('limit.rpmUnit')}
        placeholder={placeholder}
        value={value.rpmLimit}
        onChange={(rpmLimit) => onChange({ ...value, rpmLimit })}
      />
      <NumberField
        name="tpmLimit"
        label={t('limit.tpm')}
        unit={t('limit.tpmUnit')}
        placeholder={placeholder}
        value={value.tpmLimit}
        onChange={(tpmLimit) => onChange({ ...value, tpmLimit })}
      />
      <NumberField
        name="maxParallelRequests"
        label={t('limit.parallel')}
        hint={t('limit.parallelHint')}
        unit={t('limit.parallelUnit')}
        placeholder={placeholder}
        value={value.maxParallelRequests}
        onChange={(maxParallelRequests) => onChange({ ...value, maxParallelRequests })}
      />
    </>
  )
}

import { Alert } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { checkRanges } from './key-limits.ts'
import { SectionForm } from './SectionForm.tsx'
import { NumberSetting } from './setting-fields.tsx'
import { useSettingComplaints } from './use-setting-complaints.ts'

const ranges = {
  usageLogMonths: [3, 120],
  notificationDays: [7, 730],
  jobDays: [1, 365],
  eventDays: [1, 90],
} as const
const names = ['usageLogMonths', 'notificationDays', 'jobDays', 'eventDays'] as const

/** How long things are kept that grow without end. */
export function RetentionSection() {
  const { t } = useTranslation('settings')
  const complaints = useSettingComplaints()
  return (
    <SectionForm name="retention" check={(draft) => complaints(checkRanges({ ...draft }, ranges), ranges)}>
      {({ draft, saved, isDisabled, onChange }) => (
        <>
          {names.map((name) => (
            <NumberSetting
              key={name}
              name={name}
              label={t(`retention.${name}`)}
              hint={t(`retention.${name}Hint`, { least: ranges[name][0], most: ranges[name][1] })}
              unit={name === 'usageLogMonths' ? 'months' : 'days'}
              min={ranges[name][0]}
              max={ranges[name][1]}
              placeholder=""
              value={Number.isNaN(draft[name]) ? null : draft[name]}
              isDisabled={isDisabled}
              onChange={(value) => onChange({ [name]: value ?? Number.NaN })}
            />
          ))}
          {names.some((name) => draft[name] < saved[name]) && (
            <Alert variant="warning" isInline component="p" title={t('retention.shorter')} />
          )}
        </>
      )}
    </SectionForm>
  )
}

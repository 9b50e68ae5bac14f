import { useTranslation } from 'react-i18next'
import { checkRanges } from './key-limits.ts'
import { SectionForm } from './SectionForm.tsx'
import { NumberSetting } from './setting-fields.tsx'
import { useSettingComplaints } from './use-setting-complaints.ts'

const callers = ['user', 'admin', 'adminReadonly', 'serviceClient', 'anonymous'] as const
const range = [1, 1_000_000] as const
const ranges = Object.fromEntries(callers.map((name) => [name, range]))

/** How often this API may be asked; calls of models have their own limits. */
export function RateLimitsSection() {
  const { t } = useTranslation('settings')
  const complaints = useSettingComplaints()
  return (
    <SectionForm name="rate-limits" check={(draft) => complaints(checkRanges({ ...draft }, ranges), ranges)}>
      {({ draft, isDisabled, onChange }) =>
        callers.map((name) => (
          <NumberSetting
            key={name}
            name={name}
            label={t(`rates.${name}`)}
            hint={t(`rates.${name}Hint`)}
            unit="requestsPerMinute"
            min={1}
            placeholder=""
            value={Number.isNaN(draft[name]) ? null : draft[name]}
            isDisabled={isDisabled}
            onChange={(value) => onChange({ [name]: value ?? Number.NaN })}
          />
        ))
      }
    </SectionForm>
  )
}

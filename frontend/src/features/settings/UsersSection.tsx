import { FormSection } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { SelectField } from '../../ui/fields.tsx'
import { checkRanges } from './key-limits.ts'
import { SectionForm } from './SectionForm.tsx'
import { MoneySetting, NumberSetting, WindowSetting } from './setting-fields.tsx'
import { useSettingComplaints } from './use-setting-complaints.ts'

const roles = ['manager', 'member', 'viewer'] as const
const windows = ['1d', '7d', '1mo'] as const
const MOST = 2_147_483_647
const ranges = {
  rpmLimit: [0, MOST],
  tpmLimit: [0, MOST],
  maxParallelRequests: [0, MOST],
} as const

/** What people get who sign in for the first time. */
export function UsersSection() {
  const { t } = useTranslation('settings')
  const complaints = useSettingComplaints()
  return (
    <SectionForm name="users" check={(draft) => complaints(checkRanges({ ...draft }, ranges), ranges)}>
      {({ draft, isDisabled, onChange }) => {
        const field = (name: 'maxBudget' | 'rpmLimit' | 'tpmLimit' | 'maxParallelRequests') => ({
          name,
          label: t(`users.${name}`),
          value: draft[name],
          isDisabled,
          onChange: (value: number | null) => onChange({ [name]: value }),
        })
        return (
          <>
            <SelectField
              name="organizationRole"
              label={t('users.organizationRole')}
              hint={t('users.organizationRoleHint')}
              value={draft.organizationRole}
              isDisabled={isDisabled}
              options={roles.map((value) => ({ value, label: t(`common:role.${value}`) }))}
              onChange={(chosen) =>
                onChange({ organizationRole: roles.find((role) => role === chosen) ?? 'member' })
              }
            />
            <FormSection title={t('users.limits')} titleElement="h3">
              <MoneySetting {...field('maxBudget')} hint={t('users.maxBudgetHint')} />
              <WindowSetting
                name="budgetDuration"
                label={t('users.budgetDuration')}
                windows={windows}
                none={t('window.never')}
                value={draft.budgetDuration}
                isDisabled={isDisabled}
                onChange={(budgetDuration) => onChange({ budgetDuration })}
              />
              <NumberSetting {...field('rpmLimit')} unit="requestsPerMinute" />
              <NumberSetting {...field('tpmLimit')} unit="tokensPerMinute" />
              <NumberSetting {...field('maxParallelRequests')} unit="calls" />
            </FormSection>
          </>
        )
      }}
    </SectionForm>
  )
}

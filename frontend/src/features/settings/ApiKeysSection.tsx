import { FormSection, Grid, GridItem } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { SwitchField } from '../../ui/fields.tsx'
import { checkKeys } from './key-limits.ts'
import { SectionForm, type SectionFieldsProps } from './SectionForm.tsx'
import { MoneySetting, NumberSetting, WindowSetting } from './setting-fields.tsx'
import type { Values } from './settings-queries.ts'
import { useSettingComplaints } from './use-setting-complaints.ts'

const windows = ['1d', '7d', '1mo', '1y'] as const
type Fields = SectionFieldsProps<'api-keys'>
/** Names of the settings that are a number or nothing. */
type NumberName = {
  [N in keyof Values<'api-keys'>]: Values<'api-keys'>[N] extends number | null ? N : never
}[keyof Values<'api-keys'>]

export function ApiKeysSection() {
  const complaints = useSettingComplaints()
  return (
    <SectionForm name="api-keys" check={(draft) => complaints(checkKeys(draft))}>
      {(fields) => (
        <Grid hasGutter>
          <GridItem lg={6}>
            <Defaults {...fields} />
          </GridItem>
          <GridItem lg={6}>
            <Maxima {...fields} />
          </GridItem>
        </Grid>
      )}
    </SectionForm>
  )
}

function useField({ draft, isDisabled, onChange }: Fields) {
  const { t } = useTranslation('settings')
  return (name: NumberName) => ({
    name,
    label: t(`keys.${name}`),
    value: draft[name],
    isDisabled,
    onChange: (value: number | null) => onChange({ [name]: value }),
  })
}

/** What a new key gets where nobody says otherwise. */
function Defaults(props: Fields) {
  const { t } = useTranslation('settings')
  const field = useField(props)
  const { draft, isDisabled, onChange } = props
  return (
    <FormSection title={t('keys.defaults')} titleElement="h3">
      <MoneySetting {...field('defaultBudget')} />
      <WindowSetting
        name="defaultBudgetDuration"
        label={t('keys.defaultBudgetDuration')}
        windows={windows}
        none={t('window.never')}
        value={draft.defaultBudgetDuration}
        isDisabled={isDisabled}
        onChange={(defaultBudgetDuration) => onChange({ defaultBudgetDuration })}
      />
      <NumberSetting {...field('defaultExpiryDays')} unit="days" min={1} placeholder={t('keys.noExpiry')} />
      <NumberSetting {...field('defaultRpmLimit')} unit="requestsPerMinute" />
      <NumberSetting {...field('defaultTpmLimit')} unit="tokensPerMinute" />
      <NumberSetting {...field('defaultMaxParallelRequests')} unit="calls" />
    </FormSection>
  )
}

/** What nobody may go beyond. */
function Maxima(props: Fields) {
  const { t } = useTranslation('settings')
  const field = useField(props)
  const { draft, isDisabled, onChange } = props
  return (
    <FormSection title={t('keys.maxima')} titleElement="h3">
      <MoneySetting {...field('maximumBudget')} hint={t('keys.maximumBudgetHint')} />
      <WindowSetting
        name="shortestBudgetDuration"
        label={t('keys.shortestBudgetDuration')}
        windows={windows}
        none={t('keys.anyWindow')}
        value={draft.shortestBudgetDuration}
        isDisabled={isDisabled}
        onChange={(shortestBudgetDuration) => onChange({ shortestBudgetDuration })}
      />
      <NumberSetting {...field('maximumExpiryDays')} unit="days" min={1} placeholder={t('keys.noExpiry')} />
      <SwitchField
        name="isExpiryRequired"
        label={t('keys.isExpiryRequired')}
        value={draft.isExpiryRequired}
        isDisabled={isDisabled}
        onChange={(isExpiryRequired) => onChange({ isExpiryRequired })}
      />
      <NumberSetting {...field('maximumRpmLimit')} unit="requestsPerMinute" />
      <NumberSetting {...field('maximumTpmLimit')} unit="tokensPerMinute" />
      <NumberSetting {...field('maximumParallelRequests')} unit="calls" />
      <MoneySetting {...field('maximumModelBudget')} />
      <NumberSetting {...field('maximumModelRpmLimit')} unit="requestsPerMinute" />
      <NumberSetting {...field('maximumModelTpmLimit')} unit="tokensPerMinute" />
      <NumberSetting
        name="maximumActiveKeys"
        label={t('keys.maximumActiveKeys')}
        hint={t('keys.maximumActiveKeysHint')}
        unit="keys"
        min={1}
        placeholder=""
        value={Number.isNaN(draft.maximumActiveKeys) ? null : draft.maximumActiveKeys}
        isDisabled={isDisabled}
        // Nothing is not a number; the check says so.
        onChange={(value) => onChange({ maximumActiveKeys: value ?? Number.NaN })}
      />
    </FormSection>
  )
}

import { Grid, GridItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  DateField,
  MoneyField,
  NumberField,
  SelectField,
  TextAreaField,
  TextField,
} from '../../ui/fields.tsx'
import { useFormats } from '../../ui/formats.ts'
import { budgetWindows, windowOf } from '../people/budget-queries.ts'
import { expiryBounds, type KeyDraft } from './key-form.ts'
import { myTeamsQuery, type ApiKey, type KeyRules } from './key-queries.ts'
import { ModelLimitFields } from './ModelLimitFields.tsx'

export interface MoreKeyFieldsProps {
  readonly draft: KeyDraft
  onChange(draft: KeyDraft): void
  readonly rules: KeyRules
  /** What an administrator has set on this key. */
  readonly adminLimits?: ApiKey['adminLimits']
  /** Teams of the person who fills in the form; an administrator has others. */
  readonly hasTeams: boolean
}

const least = (...values: ReadonlyArray<number | null | undefined>): number | null =>
  values.reduce<number | null>(
    (low, value) =>
      value === null || value === undefined ? low : low === null ? value : Math.min(low, value),
    null,
  )

/** Budget, limits, end, addresses and labels: all of them may be left as they are. */
export function MoreKeyFields({ draft, onChange, rules, adminLimits = {}, hasTeams }: MoreKeyFieldsProps) {
  const { t } = useTranslation(['api-keys', 'common'])
  const { money, number } = useFormats()
  const change = (part: Partial<KeyDraft>) => onChange({ ...draft, ...part })
  const none = t('common:state.unlimited')
  const atMost = (limit: number | null, format: (value: number) => string) =>
    limit === null ? {} : { hint: t('field.atMost', { limit: format(limit) }) }
  const half = { span: 12, md: 6 } as const
  const third = { span: 12, md: 4 } as const
  return (
    <Grid hasGutter>
      <GridItem {...half}>
        <MoneyField
          name="maxBudget"
          label={t('field.budget')}
          placeholder={none}
          value={draft.maxBudget}
          onChange={(maxBudget) => change({ maxBudget })}
          {...atMost(least(rules.maximumBudget, adminLimits.maxBudget), money)}
        />
      </GridItem>
      <GridItem {...half}>
        <SelectField
          name="budgetDuration"
          label={t('field.window')}
          value={draft.window}
          onChange={(window) => change({ window: windowOf(window) })}
          options={budgetWindows.map((one) => ({ value: one, label: t(`window.${one}`) }))}
        />
      </GridItem>
      <GridItem {...half}>
        <MoneyField
          name="softBudget"
          label={t('field.warnAt')}
          hint={t('field.warnAtHint')}
          placeholder={t('common:state.never')}
          value={draft.softBudget}
          onChange={(softBudget) => change({ softBudget })}
        />
      </GridItem>
      <GridItem {...half}>
        <DateField
          name="expiresAt"
          label={t('field.lastDay')}
          hint={rules.isExpiryRequired ? t('field.lastDayRequired') : t('field.lastDayHint')}
          isRequired={rules.isExpiryRequired}
          value={draft.lastDay}
          onChange={(lastDay) => change({ lastDay })}
          {...expiryBounds(rules)}
        />
      </GridItem>
      <GridItem {...third}>
        <NumberField
          name="rpmLimit"
          label={t('field.rpm')}
          placeholder={none}
          value={draft.rpmLimit}
          onChange={(rpmLimit) => change({ rpmLimit })}
          {...atMost(least(rules.maximumRpmLimit, adminLimits.rpmLimit), number)}
        />
      </GridItem>
      <GridItem {...third}>
        <NumberField
          name="tpmLimit"
          label={t('field.tpm')}
          placeholder={none}
          value={draft.tpmLimit}
          onChange={(tpmLimit) => change({ tpmLimit })}
          {...atMost(least(rules.maximumTpmLimit, adminLimits.tpmLimit), number)}
        />
      </GridItem>
      <GridItem {...third}>
        <NumberField
          name="maxParallelRequests"
          label={t('field.parallel')}
          placeholder={none}
          value={draft.maxParallelRequests}
          onChange={(maxParallelRequests) => change({ maxParallelRequests })}
          {...atMost(least(rules.maximumParallelRequests, adminLimits.maxParallelRequests), number)}
        />
      </GridItem>
      {draft.models.length > 0 && (
        <GridItem span={12}>
          <ModelLimitFields
            models={draft.models}
            limits={draft.modelLimits}
            onChange={(modelLimits) => change({ modelLimits })}
          />
        </GridItem>
      )}
      {hasTeams && (
        <GridItem {...half}>
          <TeamField value={draft.teamId} onChange={(teamId) => change({ teamId })} />
        </GridItem>
      )}
      <GridItem {...half}>
        <TextField
          name="tags"
          label={t('field.tags')}
          hint={t('field.tagsHint')}
          value={draft.tags}
          onChange={(tags) => change({ tags })}
        />
      </GridItem>
      <GridItem {...half}>
        <TextAreaField
          name="allowedIps"
          label={t('field.addresses')}
          hint={t('field.addressesHint')}
          rows={2}
          value={draft.allowedIps}
          onChange={(allowedIps) => change({ allowedIps })}
        />
      </GridItem>
      <GridItem {...half}>
        <TextAreaField
          name="metadata"
          label={t('field.metadata')}
          hint={t('field.metadataHint')}
          rows={2}
          value={draft.metadata}
          onChange={(metadata) => change({ metadata })}
        />
      </GridItem>
    </Grid>
  )
}

function TeamField({ value, onChange }: { value: string; onChange: (teamId: string) => void }) {
  const { t } = useTranslation('api-keys')
  const { data: teams = [] } = useQuery(myTeamsQuery)
  return (
    <SelectField
      name="teamId"
      label={t('field.team')}
      hint={t('field.teamHint')}
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: t('field.noTeam') },
        ...teams.filter((team) => !team.isArchived).map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}

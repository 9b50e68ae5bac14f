import { Grid, GridItem } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import {
  MoneyField,
  NumberField,
  SelectField,
  SwitchField,
  TextAreaField,
  TextField,
} from '../../ui/fields.tsx'
import { MultiTypeahead } from '../../ui/Typeahead.tsx'
import type { CatalogueModel } from './catalogue-queries.ts'
import { abilities, isAbility, modes, presetOf, presets, withPreset, type ModelDraft } from './model-form.ts'
import { keyEndOf } from './model-state.ts'
import { useAbilityName, useModeName } from './use-model-words.ts'

interface FieldsProps {
  readonly draft: ModelDraft
  onChange(change: Partial<ModelDraft>): void
}

const OTHER = 'other'

/** Side by side where there is room. */
function Pair({ children }: { children: readonly ReactNode[] }) {
  return (
    <Grid hasGutter md={6}>
      {children.map((child, index) => (
        // Fields have no other identity than their place.
        <GridItem key={index}>{child}</GridItem>
      ))}
    </Grid>
  )
}

/** Who serves it, and how LiteLLM gets there. */
export function UpstreamFields({
  draft,
  onChange,
  model,
}: FieldsProps & { model: CatalogueModel | undefined }) {
  const { t } = useTranslation('catalogue')
  const preset = presetOf(draft.providerModel)
  const deployment = model?.deployments[0]
  const keyHint = deployment?.providerKeyHint
  const base = preset?.apiBase
  return (
    <>
      <Pair>
        <SelectField
          name="preset"
          label={t('field.provider')}
          value={preset?.id ?? OTHER}
          options={[
            ...presets.map(({ id, name }) => ({ value: id, label: name })),
            { value: OTHER, label: t('form.otherProvider') },
          ]}
          onChange={(id) => onChange({ providerModel: withPreset(draft.providerModel, id) })}
        />
        <TextField
          name="providerModel"
          label={t('field.providerModel')}
          hint={model && deployment === undefined ? t('hint.providerModelUnknown') : t('hint.providerModel')}
          isRequired={!model}
          value={draft.providerModel}
          maxLength={300}
          onChange={(providerModel) => onChange({ providerModel })}
        />
      </Pair>
      <Pair>
        <TextField
          name="apiBase"
          label={t('field.apiBase')}
          hint={base === undefined ? t('hint.apiBaseOptional') : t('hint.apiBase')}
          type="url"
          value={draft.apiBase}
          maxLength={2000}
          onChange={(apiBase) => onChange({ apiBase })}
          {...(base === undefined ? {} : { placeholder: base })}
        />
        <TextField
          name="apiKey"
          label={t('field.apiKey')}
          hint={keyHint ? t('hint.apiKeyStored', { end: keyEndOf(keyHint) }) : t('hint.apiKey')}
          type="password"
          autoComplete="new-password"
          value={draft.apiKey}
          maxLength={4000}
          onChange={(apiKey) => onChange({ apiKey })}
        />
      </Pair>
      {preset === undefined && (
        <TextField
          name="provider"
          label={t('field.customProvider')}
          hint={t('hint.customProvider')}
          value={draft.provider}
          maxLength={100}
          onChange={(provider) => onChange({ provider })}
        />
      )}
    </>
  )
}

/** What people see of it. */
export function WordFields({ draft, onChange, isNew }: FieldsProps & { isNew: boolean }) {
  const { t } = useTranslation('catalogue')
  const modeName = useModeName()
  const name = (
    <TextField
      name="name"
      label={t('field.name')}
      hint={isNew ? t('hint.name') : t('hint.nameFixed')}
      isRequired
      isDisabled={!isNew}
      value={draft.name}
      maxLength={200}
      onChange={(next) => onChange({ name: next })}
    />
  )
  const isKnown = modes.some((one) => one === draft.mode)
  const mode = (
    <SelectField
      name="mode"
      label={t('field.mode')}
      value={draft.mode}
      options={[...(isKnown ? [] : [draft.mode]), ...modes].map((value) => ({
        value,
        label: modeName(value),
      }))}
      onChange={(next) => onChange({ mode: next })}
    />
  )
  return (
    <>
      <Pair>{[name, mode]}</Pair>
      <TextAreaField
        name="description"
        label={t('field.description')}
        hint={isNew ? t('hint.description') : t('hint.descriptionEdit')}
        value={draft.description}
        maxLength={2000}
        onChange={(description) => onChange({ description })}
      />
      {isNew && (
        <SwitchField
          name="isRestricted"
          label={t('field.isRestricted')}
          hint={t('hint.isRestricted')}
          value={draft.isRestricted}
          onChange={(isRestricted) => onChange({ isRestricted })}
        />
      )}
    </>
  )
}

export function PriceFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation('catalogue')
  const field = (
    name: 'inputPricePerMillion' | 'outputPricePerMillion' | 'cachedInputPricePerMillion' | 'pricePerRequest',
    hint?: string,
  ) => (
    <MoneyField
      name={name}
      label={t(`field.${name}`)}
      {...(hint === undefined ? {} : { hint })}
      value={draft[name]}
      onChange={(value) => onChange({ [name]: value })}
    />
  )
  return (
    <>
      <Pair>{[field('inputPricePerMillion', t('hint.price')), field('outputPricePerMillion')]}</Pair>
      <Pair>
        {[
          field('cachedInputPricePerMillion', t('hint.cachedPrice')),
          field('pricePerRequest', t('hint.pricePerRequest')),
        ]}
      </Pair>
    </>
  )
}

export function AbilityFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation('catalogue')
  const abilityName = useAbilityName()
  const choiceOf = (value: string) => ({ value, label: abilityName(value) })
  const find = async (text: string) => {
    const wanted = text.toLowerCase()
    const found = abilities.map(choiceOf).filter(({ label }) => label.toLowerCase().includes(wanted))
    const word = wanted.replaceAll(/[ -]+/g, '_')
    const isNew = isAbility(word) && !abilities.some((one) => one === word)
    return isNew ? [...found, { value: word, label: word, description: t('form.ownAbility') }] : found
  }
  return (
    <>
      <Pair>
        <NumberField
          name="contextLength"
          label={t('field.contextLength')}
          unit={t('unit.tokens')}
          value={draft.contextLength}
          placeholder={t('form.unknown')}
          onChange={(contextLength) => onChange({ contextLength })}
        />
        <NumberField
          name="maxOutputTokens"
          label={t('field.maxOutputTokens')}
          unit={t('unit.tokens')}
          value={draft.maxOutputTokens}
          placeholder={t('form.unknown')}
          onChange={(maxOutputTokens) => onChange({ maxOutputTokens })}
        />
      </Pair>
      <MultiTypeahead
        name="abilities"
        label={t('field.abilities')}
        hint={t('hint.abilities')}
        queryKey={['catalogue', 'abilities', draft.mode]}
        search={find}
        values={draft.abilities.map(choiceOf)}
        onChange={(chosen) => onChange({ abilities: chosen.map(({ value }) => value) })}
      />
    </>
  )
}

/** What most models can do without. `isOwnOnly`: only what is kept here, and not at LiteLLM. */
export function LimitFields({ draft, onChange, isOwnOnly }: FieldsProps & { isOwnOnly: boolean }) {
  const { t } = useTranslation('catalogue')
  type NumberName =
    'rpmLimit' | 'tpmLimit' | 'timeoutSeconds' | 'maxRetries' | 'imageTokenCeiling' | 'displayOrder'
  const field = (name: NumberName, unit: string | undefined, placeholder: string) => (
    <NumberField
      name={name}
      label={t(`field.${name}`)}
      hint={t(`hint.${name}`)}
      placeholder={placeholder}
      value={draft[name]}
      onChange={(value) => onChange({ [name]: value })}
      {...(unit === undefined ? {} : { unit })}
    />
  )
  return (
    <div className="pf-v6-c-form">
      {!isOwnOnly && (
        <Pair>
          {[
            field('rpmLimit', t('unit.requestsPerMinute'), t('common:state.unlimited')),
            field('tpmLimit', t('unit.tokensPerMinute'), t('common:state.unlimited')),
          ]}
        </Pair>
      )}
      {!isOwnOnly && (
        <Pair>
          {[
            field('timeoutSeconds', t('unit.seconds'), t('form.asLiteLLM')),
            field('maxRetries', undefined, t('form.asLiteLLM')),
          ]}
        </Pair>
      )}
      <Pair>
        {[
          field('imageTokenCeiling', t('unit.tokens'), t('form.asDefault')),
          field('displayOrder', undefined, t('form.byName')),
        ]}
      </Pair>
    </div>
  )
}

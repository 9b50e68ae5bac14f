import { FormFieldGroupExpandable, FormFieldGroupHeader, Grid, GridItem } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { MoneyField, NumberField } from '../../ui/fields.tsx'
import type { ChosenModel, ModelLimit } from './key-form.ts'

interface ModelLimitFieldsProps {
  readonly models: readonly ChosenModel[]
  readonly limits: readonly ModelLimit[]
  onChange(limits: readonly ModelLimit[]): void
}

/** A budget and rates for single models of the key, within those of the key. */
export function ModelLimitFields({ models, limits, onChange }: ModelLimitFieldsProps) {
  const { t } = useTranslation(['api-keys', 'common'])
  const id = useId()
  const change = (next: ModelLimit) =>
    onChange([...limits.filter(({ modelId }) => modelId !== next.modelId), next])
  const none = t('common:state.none')
  return (
    <FormFieldGroupExpandable
      toggleAriaLabel={t('field.perModel')}
      header={
        <FormFieldGroupHeader
          titleText={{ text: t('field.perModel'), id: `${id}-title` }}
          titleDescription={t('field.perModelHint')}
        />
      }
    >
      {models.map((model) => {
        const limit = limits.find(({ modelId }) => modelId === model.id) ?? noLimit(model.id)
        return (
          <Grid key={model.id} hasGutter role="group" aria-label={model.name}>
            <GridItem span={12} md={3} className="lm-code">
              {model.name}
            </GridItem>
            <GridItem span={12} md={3}>
              <MoneyField
                name="modelLimits"
                label={t('field.budget')}
                placeholder={none}
                value={limit.maxBudget}
                onChange={(maxBudget) => change({ ...limit, maxBudget })}
              />
            </GridItem>
            <GridItem span={12} md={3}>
              <NumberField
                name="modelLimits.rpm"
                label={t('field.rpm')}
                placeholder={none}
                value={limit.rpmLimit}
                onChange={(rpmLimit) => change({ ...limit, rpmLimit })}
              />
            </GridItem>
            <GridItem span={12} md={3}>
              <NumberField
                name="modelLimits.tpm"
                label={t('field.tpm')}
                placeholder={none}
                value={limit.tpmLimit}
                onChange={(tpmLimit) => change({ ...limit, tpmLimit })}
              />
            </GridItem>
          </Grid>
        )
      })}
    </FormFieldGroupExpandable>
  )
}

const noLimit = (modelId: string): ModelLimit => ({
  modelId,
  maxBudget: null,
  rpmLimit: null,
  tpmLimit: null,
})

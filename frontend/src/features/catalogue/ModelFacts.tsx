import { Card, CardBody, CardTitle, Label, LabelGroup } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import type { CatalogueModel } from './catalogue-queries.ts'
import { Facts } from './Facts.tsx'
import { useAbilityName, useModeName } from './use-model-words.ts'

/** What people are told about it. */
export function ModelFacts({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation('catalogue')
  const { number, money, dateTime } = useFormats()
  const modeName = useModeName()
  const abilityName = useAbilityName()
  const tokens = (value: number | null) =>
    value === null ? t('form.unknown') : t('unit.tokensOf', { count: number(value) })
  const price = (value: number | null, unknown: string) => (value === null ? unknown : money(value))
  return (
    <Card isCompact isFullHeight>
      <CardTitle component="h2">{t('facts.title')}</CardTitle>
      <CardBody>
        <Facts
          facts={[
            [t('field.description'), model.description],
            [t('field.provider'), model.provider],
            [t('field.mode'), modeName(model.mode)],
            [
              t('field.abilities'),
              model.abilities.length > 0 && (
                <LabelGroup key="abilities" numLabels={12} aria-label={t('field.abilities')}>
                  {model.abilities.map((ability) => (
                    <Label key={ability} isCompact variant="outline">
                      {abilityName(ability)}
                    </Label>
                  ))}
                </LabelGroup>
              ),
            ],
            [t('field.contextLength'), tokens(model.contextLength)],
            [t('field.maxOutputTokens'), tokens(model.maxOutputTokens)],
            [t('field.inputPricePerMillion'), price(model.inputPricePerMillion, t('price.unknown'))],
            [t('field.outputPricePerMillion'), price(model.outputPricePerMillion, t('price.unknown'))],
            [
              t('field.cachedInputPricePerMillion'),
              price(model.cachedInputPricePerMillion, t('price.asInput')),
            ],
            [t('field.pricePerRequest'), price(model.pricePerRequest, t('common:state.none'))],
            [
              t('field.displayOrder'),
              model.displayOrder === null ? t('form.byName') : number(model.displayOrder),
            ],
            [t('facts.since'), dateTime(model.createdAt)],
            [t('facts.changed'), dateTime(model.updatedAt)],
          ]}
        />
      </CardBody>
    </Card>
  )
}

import { Content } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { isSubscribable, SubscribeButton } from '../subscriptions/SubscribeButton.tsx'
import { SubscriptionState } from '../subscriptions/SubscriptionState.tsx'
import { AbilityLabels } from './AbilityLabels.tsx'
import type { Model } from './catalogue-queries.ts'
import { AvailabilityBadge, RestrictedBadge, useModeName } from './ModelBadges.tsx'
import { providerName } from './provider-names.ts'
import { tokenCount } from './token-count.ts'

const MOST_ABILITIES = 2

/** The catalogue as rows, for comparing many. */
export function useModelColumns(): ReadonlyArray<Column<Model>> {
  const { t } = useTranslation('models')
  const { money } = useFormats()
  const modeName = useModeName()
  const price = (usd: number | null) => (usd === null ? '–' : usd === 0 ? t('price.free') : money(usd))
  return [
    {
      key: 'name',
      title: t('column.name'),
      sort: 'name',
      render: (model) => (
        <>
          <Link
            to="/models/$modelId"
            params={{ modelId: model.id }}
            search={{}}
            className="lm-model-card__name"
          >
            {model.name}
          </Link>{' '}
          {model.isRestricted && <RestrictedBadge />}
          <AvailabilityBadge availability={model.availability} />
          <Content component="small">
            {providerName(model.provider)} · {modeName(model.mode)}
          </Content>
        </>
      ),
    },
    {
      key: 'abilities',
      title: t('abilities'),
      render: (model) => <AbilityLabels abilities={model.abilities} most={MOST_ABILITIES} />,
    },
    {
      key: 'context',
      title: t('context'),
      sort: 'contextLength',
      isNumber: true,
      render: ({ contextLength }) => (contextLength === null ? '–' : tokenCount(contextLength)),
    },
    {
      key: 'input',
      title: t('priceShort.input'),
      sort: 'inputPricePerMillion',
      isNumber: true,
      render: (model) => price(model.inputPricePerMillion),
    },
    {
      key: 'output',
      title: t('priceShort.output'),
      sort: 'outputPricePerMillion',
      isNumber: true,
      render: (model) => price(model.outputPricePerMillion),
    },
    {
      key: 'state',
      title: t('column.state'),
      render: (model) =>
        isSubscribable(model) && model.mySubscription?.status !== 'denied' ? (
          <SubscribeButton model={model} variant="secondary" size="sm" />
        ) : (
          model.mySubscription && <SubscriptionState status={model.mySubscription.status} />
        ),
    },
  ]
}

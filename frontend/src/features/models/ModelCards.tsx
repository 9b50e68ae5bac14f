import {
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  CardTitle,
  Content,
  Gallery,
  Skeleton,
} from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AbilityLabels } from './AbilityLabels.tsx'
import type { Model } from './catalogue-queries.ts'
import { KeyFigures } from './KeyFigures.tsx'
import { ModelActions } from './ModelActions.tsx'
import { providerName } from './provider-names.ts'
import { AvailabilityBadge, RestrictedBadge, useModeName } from './ModelBadges.tsx'

const SKELETONS = 9
const MOST_ABILITIES = 3

const widths = { minWidths: { default: '100%', sm: '300px' } } as const

export function ModelCards({ models }: { models: readonly Model[] | undefined }) {
  const { t } = useTranslation('models')
  if (models === undefined)
    return (
      <Gallery hasGutter {...widths} aria-busy>
        {Array.from({ length: SKELETONS }, (_none, index) => (
          <Card key={index} isCompact>
            <CardBody>
              <Skeleton height="13rem" screenreaderText={t('common:state.loading')} />
            </CardBody>
          </Card>
        ))}
      </Gallery>
    )
  return (
    <Gallery component="ul" hasGutter {...widths} aria-label={t('title')}>
      {models.map((model) => (
        <ModelCard key={model.id} model={model} />
      ))}
    </Gallery>
  )
}

function ModelCard({ model }: { model: Model }) {
  const modeName = useModeName()
  return (
    <Card component="li" isCompact isFullHeight className="lm-model-card">
      <CardHeader
        {...(model.isRestricted || model.availability !== 'available'
          ? { actions: { actions: <Badges model={model} />, hasNoOffset: true } }
          : {})}
      >
        <CardTitle component="h2">
          <Link
            to="/models/$modelId"
            params={{ modelId: model.id }}
            search={{}}
            className="lm-model-card__name"
          >
            {model.name}
          </Link>
        </CardTitle>
        <Content component="small">
          {providerName(model.provider)} · {modeName(model.mode)}
        </Content>
      </CardHeader>
      <CardBody>
        <Content component="p" className="lm-model-card__text">
          {model.description}
        </Content>
      </CardBody>
      <CardBody isFilled={false}>
        <AbilityLabels abilities={model.abilities} most={MOST_ABILITIES} />
      </CardBody>
      <CardBody isFilled={false}>
        <KeyFigures model={model} />
      </CardBody>
      <CardFooter>
        <ModelActions model={model} />
      </CardFooter>
    </Card>
  )
}

function Badges({ model }: { model: Model }) {
  return (
    <>
      {model.isRestricted && <RestrictedBadge />}
      <AvailabilityBadge availability={model.availability} />
    </>
  )
}

import './models.css'
import {
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  Content,
  Flex,
  Grid,
  GridItem,
  Skeleton,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../app/api.ts'
import { MissingPage } from '../../app/MissingPage.tsx'
import { Crumbs } from './Crumbs.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { AbilityList } from './AbilityList.tsx'
import { modelQuery, type Model } from './catalogue-queries.ts'
import { MyAccess } from './MyAccess.tsx'
import { AvailabilityBadge, RestrictedBadge, useModeName } from './ModelBadges.tsx'
import { ModelCode } from './ModelCode.tsx'
import { ModelFacts } from './ModelFacts.tsx'
import { PriceHistory } from './PriceHistory.tsx'
import { providerName } from './provider-names.ts'

/** Holds the place of a line that is still on its way. */
const NO_TEXT = '\u00a0'

/** Everything about one model: whether it fits, what it costs, how one gets it and how it is called. */
export function ModelPage() {
  const { t } = useTranslation('models')
  const { modelId = '' } = useParams({ strict: false })
  const { data: model, error, refetch } = useQuery(modelQuery(modelId))
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return <MissingPage />
  return (
    <PageFrame
      title={model?.name ?? t('page.loading')}
      above={<Crumbs name={model?.name} />}
      description={model === undefined ? NO_TEXT : <Headline model={model} />}
    >
      {error !== null && model === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : model === undefined ? (
        <Skeleton height="24rem" screenreaderText={t('common:state.loading')} />
      ) : (
        <Details model={model} />
      )}
    </PageFrame>
  )
}

function Headline({ model }: { model: Model }) {
  const modeName = useModeName()
  return (
    <Flex component="span" columnGap={{ default: 'columnGapSm' }} rowGap={{ default: 'rowGapXs' }}>
      <span>
        {providerName(model.provider)} · {modeName(model.mode)}
      </span>
      {model.isRestricted && <RestrictedBadge />}
      <AvailabilityBadge availability={model.availability} />
    </Flex>
  )
}

function Details({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  return (
    <Grid hasGutter>
      <GridItem lg={4} lgRowSpan={4} order={{ default: '1', lg: '2' }}>
        <MyAccess model={model} />
      </GridItem>
      <GridItem lg={8} order={{ default: '2', lg: '1' }}>
        <Card isCompact>
          <CardHeader>
            <CardTitle component="h2">{t('page.facts')}</CardTitle>
          </CardHeader>
          <CardBody>
            {model.description !== '' && <Content component="p">{model.description}</Content>}
            <ModelFacts model={model} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem lg={8} order={{ default: '3' }}>
        <AbilityList abilities={model.abilities} />
      </GridItem>
      <GridItem lg={8} order={{ default: '4' }}>
        <ModelCode model={model} />
      </GridItem>
      <GridItem lg={8} order={{ default: '5' }}>
        <PriceHistory model={model} />
      </GridItem>
    </Grid>
  )
}

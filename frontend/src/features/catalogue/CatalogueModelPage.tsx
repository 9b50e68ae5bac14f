import {
  Breadcrumb,
  BreadcrumbItem,
  Button,
  Card,
  CardBody,
  Flex,
  Grid,
  GridItem,
  Skeleton,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { StatCard } from '../../ui/StatCard.tsx'
import { JobProgress } from '../jobs/JobProgress.tsx'
import { useJob } from '../jobs/job-queries.ts'
import { isOver } from '../jobs/job-state.ts'
import { modelQuery, type CatalogueModel } from './catalogue-queries.ts'
import { DeploymentFacts } from './DeploymentFacts.tsx'
import { ModelActions } from './ModelActions.tsx'
import { ModelDialog } from './ModelDialog.tsx'
import { ModelFacts } from './ModelFacts.tsx'
import { ModelLabels } from './ModelLabels.tsx'
import { PriceHistory } from './PriceHistory.tsx'

/** One model as administrators see it: what it is, what it costs, who uses it, and how LiteLLM reaches it. */
export function CatalogueModelPage() {
  const { t } = useTranslation('catalogue')
  const { modelId = '' } = useParams({ strict: false })
  const { data: model, error, refetch } = useQuery(modelQuery(modelId))
  return (
    <PageFrame
      title={model?.name ?? t('title')}
      above={
        <Breadcrumb aria-label={t('breadcrumb')}>
          <BreadcrumbItem>
            <Link to="/admin/models">{t('title')}</Link>
          </BreadcrumbItem>
          <BreadcrumbItem isActive>{model?.name ?? '…'}</BreadcrumbItem>
        </Breadcrumb>
      }
      {...(model ? { actions: <PageActions model={model} /> } : {})}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : model ? (
        <ModelBody model={model} />
      ) : (
        <Skeleton height="20rem" />
      )}
    </PageFrame>
  )
}

function PageActions({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation('catalogue')
  const { can } = useSession()
  const [act, setAct] = useState<'edit' | 'test'>()
  if (!can('models:write') || model.removedAt !== null) return null
  return (
    <Flex gap={{ default: 'gapSm' }} flexWrap={{ default: 'nowrap' }}>
      <Button onClick={() => setAct('edit')}>{t('common:act.edit')}</Button>
      <Button variant="secondary" onClick={() => setAct('test')}>
        {t('act.test')}
      </Button>
      <ModelActions model={model} without={['edit', 'test']} />
      {act !== undefined && <ModelDialog act={act} model={model} onClose={() => setAct(undefined)} />}
    </Flex>
  )
}

function ModelBody({ model }: { model: CatalogueModel }) {
  return (
    <div className="lm-stack">
      <ModelLabels model={model} />
      <Restriction id={model.restrictionJobId} />
      <Use model={model} />
      <Grid hasGutter>
        <GridItem lg={6}>
          <ModelFacts model={model} />
        </GridItem>
        <GridItem lg={6}>
          <DeploymentFacts model={model} />
        </GridItem>
        <GridItem>
          <PriceHistory modelId={model.id} />
        </GridItem>
      </Grid>
    </div>
  )
}

/** While subscriptions follow a change of the restriction. */
function Restriction({ id }: { id: string | null }) {
  const job = useJob(id ?? undefined)
  if (!job || isOver(job)) return null
  return (
    <Card isCompact>
      <CardBody>
        <JobProgress job={job} />
      </CardBody>
    </Card>
  )
}

function Use({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation('catalogue')
  const { number } = useFormats()
  const everywhere = { modelId: model.id, in: 'all' }
  return (
    <Grid hasGutter span={6} lg={3}>
      <StatCard title={t('column.subscribers')} value={number(model.activeSubscriptions)} />
      <StatCard title={t('use.pending')} value={number(model.pendingSubscriptions)}>
        {model.pendingSubscriptions > 0 && (
          <Link to="/admin/requests" search={everywhere}>
            {t('use.decide')}
          </Link>
        )}
      </StatCard>
      <StatCard title={t('column.keys')} value={number(model.keys)}>
        {model.keys > 0 && (
          <Link to="/admin/api-keys" search={everywhere}>
            {t('use.showKeys')}
          </Link>
        )}
      </StatCard>
      <StatCard title={t('column.requests')} value={number(model.requestsLast30Days)}>
        {model.requestsLast30Days > 0 && (
          <Link to="/admin/usage" search={everywhere}>
            {t('use.showUsage')}
          </Link>
        )}
      </StatCard>
    </Grid>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import {
  driftQuery,
  lastBackupQuery,
  lastSynchronizationQuery,
  modelCountsQuery,
} from './overview-queries.ts'

/** The catalogue, LiteLLM beside it, and the last backup. */
export function ModelsCard() {
  const { t } = useTranslation('overview')
  const { number } = useFormats()
  const { data: models, error, refetch } = useQuery(modelCountsQuery)
  const { data: synchronization } = useQuery(lastSynchronizationQuery)
  const { data: drift, isError: isUnknown } = useQuery(driftQuery)
  const { data: backup } = useQuery(lastBackupQuery)
  return (
    <ChartCard
      title={t('models.title')}
      height={180}
      isLoading={models === undefined}
      error={models === undefined ? error : undefined}
      onRetry={() => void refetch()}
      actions={<Link to="/admin/models">{t('models.all')}</Link>}
    >
      {models && (
        <Facts
          columns={1}
          facts={[
            {
              term: t('models.available'),
              value: t('models.of', { available: number(models.available), total: number(models.total) }),
            },
            {
              term: t('models.agreement'),
              value: isUnknown ? (
                <StateLabel tone="warning">{t('models.unknown')}</StateLabel>
              ) : drift === undefined ? (
                t('common:state.loading')
              ) : drift.isInAgreement ? (
                <StateLabel tone="success">{t('models.agrees')}</StateLabel>
              ) : (
                <StateLabel tone="warning">{t('models.differs')}</StateLabel>
              ),
            },
            {
              term: t('models.synchronized'),
              value: <When at={synchronization?.finishedAt ?? null} />,
            },
            { term: t('models.backup'), value: <When at={backup?.createdAt ?? null} /> },
          ]}
        />
      )}
    </ChartCard>
  )
}

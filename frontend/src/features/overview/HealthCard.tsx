import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AttentionList } from '../../ui/AttentionList.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useNow } from '../usage/use-usage-search.ts'
import { findingsOf, type Finding } from './health.ts'
import {
  deadReportsQuery,
  driftQuery,
  lastBackupQuery,
  lastLedgerCheckQuery,
  lastSynchronizationQuery,
  modelCountsQuery,
  readinessQuery,
} from './overview-queries.ts'

/** Whether the installation is well: what is down, what differs, what was not done for too long. */
export function HealthCard() {
  const { t } = useTranslation('overview')
  const now = useNow()
  const { data: readiness } = useQuery(readinessQuery)
  const { data: synchronization } = useQuery(lastSynchronizationQuery)
  const { data: drift } = useQuery(driftQuery)
  const { data: models } = useQuery(modelCountsQuery)
  const { data: backup } = useQuery(lastBackupQuery)
  const { data: deadReports } = useQuery(deadReportsQuery)
  const { data: ledger } = useQuery(lastLedgerCheckQuery)
  const findings = findingsOf({ readiness, synchronization, drift, models, backup, deadReports, ledger }, now)
  const words = useWords()
  const items = findings.map((finding) => ({
    key: finding.kind === 'down' ? finding.name : finding.kind,
    tone: finding.tone,
    ...words(finding),
  }))
  return (
    <ChartCard
      title={t('health.title')}
      height={60}
      isLoading={readiness === undefined && models === undefined}
    >
      <AttentionList
        items={items.length > 0 ? items : [{ key: 'well', tone: 'success', text: t('health.well') }]}
      />
    </ChartCard>
  )
}

function useWords(): (finding: Finding) => { readonly text: ReactNode; readonly detail?: ReactNode } {
  const { t } = useTranslation('overview')
  const { ago } = useFormats()
  return (finding) => {
    switch (finding.kind) {
      case 'down':
        return { text: t('health.down', { name: finding.name }), detail: t('health.downHint') }
      case 'synchronizationFailed':
        return {
          text: (
            <Link to="/admin/settings/$section" params={{ section: 'synchronization' }}>
              {t('health.synchronizationFailed', { ago: ago(finding.at) })}
            </Link>
          ),
          ...(finding.message === null ? {} : { detail: finding.message }),
        }
      case 'drift':
        return {
          text: (
            <Link to="/admin/settings/$section" params={{ section: 'synchronization' }}>
              {t('health.drift', { count: finding.count })}
            </Link>
          ),
        }
      case 'unavailable':
        return {
          text: (
            <Link to="/admin/models" search={{ availability: 'unavailable' }}>
              {t('health.unavailable', { count: finding.count })}
            </Link>
          ),
        }
      case 'unpriced':
        return {
          text: <Link to="/admin/models">{t('health.unpriced', { count: finding.count })}</Link>,
          detail: t('health.unpricedHint'),
        }
      case 'neverBackedUp':
        return { text: <Backups>{t('health.neverBackedUp')}</Backups> }
      case 'backupFailed':
        return { text: <Backups>{t('health.backupFailed', { ago: ago(finding.at) })}</Backups> }
      case 'backupOld':
        return { text: <Backups>{t('health.backupOld', { ago: ago(finding.at) })}</Backups> }
      case 'deadReports':
        return { text: <Quality>{t('health.deadReports', { count: finding.count })}</Quality> }
      case 'ledger':
        return { text: <Quality>{t('health.ledger', { count: finding.count })}</Quality> }
    }
  }
}

function Backups({ children }: { readonly children: ReactNode }) {
  return (
    <Link to="/admin/settings/$section" params={{ section: 'backups' }}>
      {children}
    </Link>
  )
}

function Quality({ children }: { readonly children: ReactNode }) {
  return (
    <Link to="/admin/usage" search={{ tab: 'quality' }}>
      {children}
    </Link>
  )
}

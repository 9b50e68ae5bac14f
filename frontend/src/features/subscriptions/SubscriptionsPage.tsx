import './subscriptions.css'
import { Gallery } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../../app/LinkButton.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { StatCard } from '../../ui/StatCard.tsx'
import { OwnSubscriptionDialog, type OwnAct } from './OwnSubscriptionDialog.tsx'
import { useSubscriptionColumns } from './subscription-columns.tsx'
import { subscriptionStatisticsQuery, subscriptionsQuery } from './subscription-queries.ts'
import { readQuery } from './subscription-search.ts'
import { statuses } from './SubscriptionState.tsx'

/** What one has, waits for and was refused. */
export function SubscriptionsPage() {
  const { t } = useTranslation('subscriptions')
  const { can } = useSession()
  const list = useList()
  const { data, error, refetch } = useQuery(subscriptionsQuery(readQuery(list.query)))
  const [act, setAct] = useState<OwnAct>()
  const columns = useSubscriptionColumns(setAct)
  const browse = can('models:read') && (
    <LinkButton to="/models" search={{}}>
      {t('act.browse')}
    </LinkButton>
  )
  return (
    <PageFrame title={t('title')} description={t('description')} actions={browse}>
      <Statistics />
      <FilterBar
        search={{
          label: t('search'),
          value: list.filters.search,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={[
          {
            name: 'status',
            label: t('filter.status'),
            options: statuses.map((value) => ({ value, label: t(`status.${value}`) })),
          },
        ]}
        {...list.filterBar}
      />
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(row) => row.id}
        empty={<EmptyHint title={t('empty.title')} text={t('empty.text')} action={browse} />}
      />
      {act && <OwnSubscriptionDialog act={act} onClose={() => setAct(undefined)} />}
    </PageFrame>
  )
}

const counted = ['active', 'pending', 'denied', 'suspended'] as const

function Statistics() {
  const { t } = useTranslation('subscriptions')
  const { number } = useFormats()
  const { data } = useQuery(subscriptionStatisticsQuery)
  if (data?.total === 0) return null
  return (
    <Gallery hasGutter minWidths={{ default: '9rem', md: '13rem' }} className="lm-subscription-figures">
      {counted.map((status) => (
        <StatCard
          key={status}
          title={t(`status.${status}`)}
          value={data === undefined ? undefined : number(data[status])}
        />
      ))}
    </Gallery>
  )
}

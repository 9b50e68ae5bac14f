import './subscriptions.css'
import { Button, Flex, Gallery } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useTab } from '../../app/use-tab.ts'
import { useFormats } from '../../ui/formats.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { PageTabs } from '../../ui/PageTabs.tsx'
import { StatCard } from '../../ui/StatCard.tsx'
import { GrantDialog } from './GrantDialog.tsx'
import { requestStatisticsQuery } from './request-queries.ts'
import { RequestList } from './RequestList.tsx'
import { statuses } from './SubscriptionState.tsx'
import { useDuration } from './use-duration.ts'

const tabs = [...statuses, 'all'] as const

/** Who asks for what, to be decided; and what became of it. */
export function RequestsPage() {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const { can } = useSession()
  const scope = useScope()
  const { number } = useFormats()
  const [active, choose] = useTab(tabs)
  const [isGranting, setIsGranting] = useState(false)
  const [grants, setGrants] = useState(0)
  const { data } = useQuery(requestStatisticsQuery(scope.read))
  const countOf = (tab: (typeof tabs)[number]) => (tab === 'all' ? data?.total : data?.[tab])
  const titleOf = (tab: (typeof tabs)[number]) => {
    const name = tab === 'all' ? t('tab.all') : t(`subscriptions:status.${tab}`)
    const count = countOf(tab)
    return count === undefined ? name : t('tab.counted', { name, number: number(count) })
  }
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex columnGap={{ default: 'columnGapSm' }} rowGap={{ default: 'rowGapSm' }}>
          <ScopePicker />
          {can('approvals:decide') && (
            <Button variant="secondary" onClick={() => setIsGranting(true)}>
              {t('act.grantOpen')}
            </Button>
          )}
        </Flex>
      }
    >
      <Statistics />
      <PageTabs
        label={t('title')}
        active={active}
        onChange={choose}
        tabs={tabs.map((tab) => ({
          key: tab,
          title: titleOf(tab),
          render: () => <RequestList key={`${tab}-${String(grants)}`} tab={tab} />,
        }))}
      />
      {isGranting && (
        <GrantDialog onDone={() => setGrants(grants + 1)} onClose={() => setIsGranting(false)} />
      )}
    </PageFrame>
  )
}

function Statistics() {
  const { t } = useTranslation('requests')
  const scope = useScope()
  const { number, ago, dateTime } = useFormats()
  const duration = useDuration()
  const { data } = useQuery(requestStatisticsQuery(scope.read))
  return (
    <Gallery hasGutter minWidths={{ default: '10rem', md: '13rem' }} className="lm-subscription-figures">
      <StatCard title={t('figure.waiting')} value={data && number(data.pending)}>
        {t('figure.waitingHint')}
      </StatCard>
      <StatCard
        title={t('figure.oldest')}
        value={
          data &&
          (data.oldestPendingAt === null ? (
            '–'
          ) : (
            <time dateTime={data.oldestPendingAt} title={dateTime(data.oldestPendingAt)}>
              {ago(data.oldestPendingAt)}
            </time>
          ))
        }
      >
        {t('figure.oldestHint')}
      </StatCard>
      <StatCard
        title={t('figure.median')}
        value={data && (data.medianWaitingSeconds === null ? '–' : duration(data.medianWaitingSeconds))}
      >
        {t('figure.medianHint')}
      </StatCard>
      <StatCard title={t('figure.active')} value={data && number(data.active)}>
        {t('figure.activeHint')}
      </StatCard>
    </Gallery>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { AttentionList, type AttentionItem } from '../../ui/AttentionList.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import {
  endingKeysQuery,
  keyCountsQuery,
  subscriptionCountsQuery,
  unreadWarningsQuery,
  waitingRequestsQuery,
} from './home-queries.ts'
import { isEndingSoon } from './ending.ts'

/** What waits for me: what I should decide, what ends, what went wrong, and what I wait for myself. */
export function Waiting() {
  const { t } = useTranslation('home')
  const items = useItems()
  return (
    <ChartCard
      title={t('waiting.title')}
      height={120}
      isLoading={items === undefined}
      empty={items?.length === 0 && t('waiting.none')}
    >
      <AttentionList items={items ?? []} />
    </ChartCard>
  )
}

function useItems(): readonly AttentionItem[] | undefined {
  const { t } = useTranslation('home')
  const { ago, date } = useFormats()
  const { can } = useSession()
  const { data: keys } = useQuery(keyCountsQuery)
  const { data: subscriptions } = useQuery(subscriptionCountsQuery)
  const { data: ending = [] } = useQuery(endingKeysQuery)
  const { data: requests } = useQuery({ ...waitingRequestsQuery, enabled: can('approvals:read') })
  const { data: warnings = [] } = useQuery(unreadWarningsQuery)
  if (keys === undefined || subscriptions === undefined) return undefined
  const items: AttentionItem[] = []
  if (requests !== undefined && requests.pending > 0)
    items.push({
      key: 'requests',
      tone: 'info',
      text: <Link to="/admin/requests">{t('waiting.requests', { count: requests.pending })}</Link>,
      ...(requests.oldestPendingAt === null
        ? {}
        : { detail: t('waiting.oldest', { ago: ago(requests.oldestPendingAt) }) }),
    })
  for (const warning of warnings)
    items.push({
      key: warning.id,
      tone: warning.severity,
      text: <Link to="/notifications">{warning.title}</Link>,
      detail: ago(warning.createdAt),
    })
  for (const { id, name, expiresAt } of ending)
    if (isEndingSoon(expiresAt, new Date()))
      items.push({
        key: id,
        tone: 'warning',
        text: (
          <Link to="/api-keys/$keyId" params={{ keyId: id }}>
            {t('waiting.ending', { name, date: date(expiresAt) })}
          </Link>
        ),
      })
  if (keys.unsynced > 0)
    items.push({
      key: 'unsynced',
      tone: 'warning',
      text: <Link to="/api-keys">{t('waiting.unsynced', { count: keys.unsynced })}</Link>,
    })
  if (subscriptions.pending > 0)
    items.push({
      key: 'pending',
      tone: 'info',
      text: (
        <Link to="/subscriptions" search={{ status: 'pending' }}>
          {t('waiting.pending', { count: subscriptions.pending })}
        </Link>
      ),
    })
  return items
}

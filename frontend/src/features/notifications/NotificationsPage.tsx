import { Button, Flex, FlexItem } from '@patternfly/react-core'
import BellIcon from '@patternfly/react-icons/dist/esm/icons/bell-icon'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { useNotificationColumns } from './notification-columns.tsx'
import { notificationKinds, notificationsQuery, useNotificationActs } from './notification-queries.ts'

/** Everything that one was told, in the organization that one works in. */
export function NotificationsPage() {
  const { t } = useTranslation('notifications')
  const { filters, hasFilters, setFilter, clearFilters } = useList()
  const kind = notificationKinds.find((one) => one === filters['kind'])
  const isUnread = String(filters['state']) === 'unread'
  const list = useInfiniteQuery(
    notificationsQuery({ ...(kind ? { kind } : {}), ...(isUnread ? { isRead: false } : {}) }),
  )
  const { readAll, isReadingAll } = useNotificationActs()
  const unread = list.data?.pages[0]?.unread ?? 0
  const columns = useNotificationColumns()
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex>
          {unread > 0 && (
            <FlexItem>
              <Button variant="secondary" isDisabled={isReadingAll} onClick={() => readAll()}>
                {t('readAll')}
              </Button>
            </FlexItem>
          )}
          <FlexItem>
            <Link to="/profile" search={{ tab: 'notifications' }} className="pf-v6-c-button pf-m-link">
              {t('preferences')}
            </Link>
          </FlexItem>
        </Flex>
      }
    >
      <FilterBar
        filters={[
          { name: 'state', label: t('state'), options: [{ value: 'unread', label: t('unread') }] },
          {
            name: 'kind',
            label: t('kindLabel'),
            options: notificationKinds.map((value) => ({ value, label: t(`kind.${value}.title`) })),
          },
        ]}
        values={filters}
        onChange={setFilter}
        onClear={clearFilters}
      />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={list.data?.pages.flatMap((page) => page.data)}
        idOf={(row) => row.id}
        error={list.data ? undefined : list.error}
        onRetry={() => void list.refetch()}
        empty={<EmptyHint icon={BellIcon} title={t('emptyTitle')} text={t('emptyText')} />}
        onClearFilters={hasFilters ? clearFilters : undefined}
      />
      {list.hasNextPage && (
        <Flex justifyContent={{ default: 'justifyContentCenter' }} className="lm-below-list">
          <Button
            variant="secondary"
            isLoading={list.isFetchingNextPage}
            isDisabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t('showOlder')}
          </Button>
        </Flex>
      )}
    </PageFrame>
  )
}

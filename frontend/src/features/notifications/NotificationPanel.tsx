import {
  Button,
  Flex,
  NotificationDrawer,
  NotificationDrawerBody,
  NotificationDrawerHeader,
  NotificationDrawerList,
  NotificationDrawerListItem,
  NotificationDrawerListItemBody,
  NotificationDrawerListItemHeader,
  Skeleton,
} from '@patternfly/react-core'
import BellIcon from '@patternfly/react-icons/dist/esm/icons/bell-icon'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { When } from '../../ui/When.tsx'
import { pageOfLink } from './notification-link.ts'
import { notificationsQuery, useNotificationActs, type Notification } from './notification-queries.ts'

const SHOWN = 20

/** The newest notifications beside whatever page is open. */
export function NotificationPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('notifications')
  const navigate = useNavigate()
  const drawer = useRef<HTMLDivElement>(null)
  const { data, error, refetch } = useInfiniteQuery(notificationsQuery())
  const { readAll, isReadingAll } = useNotificationActs()
  const unread = data?.pages[0]?.unread ?? 0
  useEffect(() => drawer.current?.querySelector<HTMLElement>('button')?.focus(), [])
  const showAll = () => {
    onClose()
    void navigate({ to: '/notifications', search: {} })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  return (
    <NotificationDrawer innerRef={drawer} role="complementary" aria-label={t('title')} onKeyDown={onKeyDown}>
      <NotificationDrawerHeader
        title={t('title')}
        customText={unread > 0 ? t('unreadCount', { count: unread }) : ''}
        closeButtonAriaLabel={t('common:act.close')}
        onClose={onClose}
      />
      <NotificationDrawerBody>
        <Flex className="lm-drawer-acts">
          <Button variant="link" isInline onClick={showAll}>
            {t('showAll')}
          </Button>
          {unread > 0 && (
            <Button variant="link" isInline isDisabled={isReadingAll} onClick={() => readAll()}>
              {t('readAll')}
            </Button>
          )}
        </Flex>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Newest rows={data?.pages.flatMap((page) => page.data).slice(0, SHOWN)} onClose={onClose} />
        )}
      </NotificationDrawerBody>
    </NotificationDrawer>
  )
}

function Newest({ rows, onClose }: { rows: readonly Notification[] | undefined; onClose: () => void }) {
  const { t } = useTranslation('notifications')
  if (rows === undefined) return <Skeleton height="4rem" screenreaderText={t('common:state.loading')} />
  if (rows.length === 0) return <EmptyHint icon={BellIcon} title={t('emptyTitle')} text={t('emptyText')} />
  return (
    <NotificationDrawerList aria-label={t('title')}>
      {rows.map((row) => (
        <Item key={row.id} row={row} onClose={onClose} />
      ))}
    </NotificationDrawerList>
  )
}

/** Pressing it means: I have seen it, show me what it is about. */
function Item({ row, onClose }: { row: Notification; onClose: () => void }) {
  const { t } = useTranslation('notifications')
  const router = useRouter()
  const { read } = useNotificationActs()
  const open = () => {
    if (!row.isRead) read(row.id)
    const page = pageOfLink(row.link)
    if (page === undefined) return
    onClose()
    router.history.push(page)
  }
  return (
    <NotificationDrawerListItem
      variant={row.severity}
      isRead={row.isRead}
      readStateScreenReaderText={row.isRead ? t('read') : t('unread')}
      onClick={open}
    >
      <NotificationDrawerListItemHeader
        variant={row.severity}
        title={row.title}
        srTitle={t(`severity.${row.severity}`)}
        headingLevel="h2"
      />
      <NotificationDrawerListItemBody timestamp={<When at={row.createdAt} />}>
        {row.body}
      </NotificationDrawerListItemBody>
    </NotificationDrawerListItem>
  )
}

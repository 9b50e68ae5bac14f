import { Label } from '@patternfly/react-core'
import type { IAction } from '@patternfly/react-table'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { pageOfLink, routeOf } from './notification-link.ts'
import { useNotificationActs, type Notification } from './notification-queries.ts'

export function useNotificationColumns(): ReadonlyArray<Column<Notification>> {
  const { t } = useTranslation('notifications')
  return [
    { key: 'title', title: t('what'), render: (row) => <What row={row} /> },
    {
      key: 'severity',
      title: t('importance'),
      render: (row) => <StateLabel tone={row.severity}>{t(`severity.${row.severity}`)}</StateLabel>,
    },
    {
      key: 'kind',
      title: t('kindLabel'),
      render: (row) => <span className="lm-nowrap">{t(`kind.${row.kind}.title`)}</span>,
    },
    { key: 'createdAt', title: t('when'), render: (row) => <When at={row.createdAt} /> },
    { key: 'actions', title: t('common:act.more'), isActions: true, render: (row) => <Acts row={row} /> },
  ]
}

function What({ row }: { row: Notification }) {
  const { t } = useTranslation('notifications')
  const { read } = useNotificationActs()
  const page = pageOfLink(row.link)
  const title = row.isRead ? row.title : <strong>{row.title}</strong>
  return (
    <>
      {page === undefined ? (
        title
      ) : (
        <Link {...routeOf(page)} onClick={() => !row.isRead && read(row.id)}>
          {title}
        </Link>
      )}{' '}
      {!row.isRead && (
        <Label isCompact color="blue">
          {t('new')}
        </Label>
      )}
      <span className="lm-detail">{row.body}</span>
    </>
  )
}

function Acts({ row }: { row: Notification }) {
  const { t } = useTranslation('notifications')
  const { read, remove } = useNotificationActs()
  const items: IAction[] = [{ title: t('common:act.delete'), onClick: () => remove(row.id) }]
  if (!row.isRead) items.unshift({ title: t('markRead'), onClick: () => read(row.id) })
  return <RowActions label={t('common:act.on', { name: row.title })} items={items} />
}

import type { IAction } from '@patternfly/react-table'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import type { Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { RowActions } from '../../ui/RowActions.tsx'
import { When } from '../../ui/When.tsx'
import { Notes } from './Notes.tsx'
import type { OwnAct } from './OwnSubscriptionDialog.tsx'
import type { Subscription } from './subscription-queries.ts'
import { SubscriptionState } from './SubscriptionState.tsx'

export function useSubscriptionColumns(choose: (act: OwnAct) => void): ReadonlyArray<Column<Subscription>> {
  const { t } = useTranslation('subscriptions')
  const { date } = useFormats()
  const actionsOf = useActions(choose)
  return [
    {
      key: 'model',
      title: t('column.model'),
      sort: 'modelName',
      render: ({ modelId, modelName }) => (
        <Link to="/models/$modelId" params={{ modelId }} search={{}}>
          {modelName}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('column.state'),
      sort: 'status',
      render: ({ status }) => <SubscriptionState status={status} />,
    },
    {
      key: 'requested',
      title: t('column.requested'),
      sort: 'requestedAt',
      render: ({ requestedAt }) => <When at={requestedAt} />,
    },
    {
      key: 'decided',
      title: t('column.decided'),
      sort: 'decidedAt',
      render: ({ decidedAt }) => <When at={decidedAt} none="–" />,
    },
    {
      key: 'expires',
      title: t('column.expires'),
      sort: 'expiresAt',
      render: ({ expiresAt, status }) =>
        expiresAt === null ? (
          status === 'active' ? (
            t('common:state.never')
          ) : (
            '–'
          )
        ) : (
          <time dateTime={expiresAt}>{date(expiresAt)}</time>
        ),
    },
    {
      key: 'notes',
      title: t('column.notes'),
      render: ({ reason, decisionReason }) => (
        <Notes
          lines={[
            reason === null ? null : t('note.asked', { text: reason }),
            decisionReason === null ? null : t('note.decided', { text: decisionReason }),
          ]}
        />
      ),
    },
    {
      key: 'acts',
      title: t('common:act.more'),
      isActions: true,
      render: (row) => <RowActions label={t('actsOn', { model: row.modelName })} items={actionsOf(row)} />,
    },
  ]
}

function useActions(choose: (act: OwnAct) => void): (row: Subscription) => IAction[] {
  const { t } = useTranslation('subscriptions')
  const navigate = useNavigate()
  const { can } = useSession()
  return (row) => {
    const { status, modelId } = row
    const mayChange = can('subscriptions:update')
    const isLive = status === 'pending' || status === 'active' || status === 'suspended'
    const all: (IAction | false)[] = [
      status === 'active' &&
        can('keys:create') && {
          title: t('act.createKey'),
          onClick: () => void navigate({ to: '/api-keys', search: { open: 'new', model: modelId } }),
        },
      status === 'denied' &&
        mayChange && { title: t('act.askAgain'), onClick: () => choose({ name: 'askAgain', row }) },
      status === 'pending' &&
        mayChange && { title: t('act.rewrite'), onClick: () => choose({ name: 'rewrite', row }) },
      { title: t('act.history'), onClick: () => choose({ name: 'history', row }) },
      isLive && mayChange && { isSeparator: true },
      isLive &&
        mayChange && {
          title: status === 'pending' ? t('act.withdraw') : t('act.cancel'),
          isDanger: true,
          onClick: () => choose({ name: 'cancel', row }),
        },
    ]
    return all.filter((one) => one !== false)
  }
}

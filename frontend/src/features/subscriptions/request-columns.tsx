import { Button, Content, Flex, Label } from '@patternfly/react-core'
import LockIcon from '@patternfly/react-icons/dist/esm/icons/lock-icon'
import type { IAction } from '@patternfly/react-table'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import type { Column } from '../../ui/DataTable.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { Notes } from './Notes.tsx'
import { actsOn, isDanger, type ReviewAct } from './review-acts.ts'
import type { SubscriptionRequest } from './request-queries.ts'
import type { SteadyRow } from './steady-rows.ts'
import { SubscriptionState } from './SubscriptionState.tsx'

export type RequestRow = SteadyRow<SubscriptionRequest>

interface Choices {
  onAct(act: ReviewAct, row: SubscriptionRequest): void
  onHistory(row: SubscriptionRequest): void
}

export function useRequestColumns(tab: string, choices: Choices): ReadonlyArray<Column<RequestRow>> {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const { can } = useSession()
  const scope = useScope()
  const isWaiting = tab === 'pending'
  const person: Column<RequestRow> = {
    key: 'person',
    title: t('column.person'),
    sort: 'username',
    render: (row) => (
      <>
        {can('users:read') ? (
          <Link to="/admin/users/$userId" params={{ userId: row.userId }} search={scope.search}>
            {row.displayName}
          </Link>
        ) : (
          row.displayName
        )}
        <Content component="small">{scope.isAll ? row.organizationName : row.username}</Content>
      </>
    ),
  }
  const model: Column<RequestRow> = {
    key: 'model',
    title: t('column.model'),
    sort: 'modelName',
    render: (row) => (
      <Flex columnGap={{ default: 'columnGapSm' }} rowGap={{ default: 'rowGapXs' }}>
        <Link to="/models/$modelId" params={{ modelId: row.modelId }} search={{}}>
          {row.modelName}
        </Link>
        {row.isRestricted && !isWaiting && (
          <Label isCompact color="purple" icon={<LockIcon />}>
            {t('restricted')}
          </Label>
        )}
      </Flex>
    ),
  }
  const state: Column<RequestRow> = {
    key: 'state',
    title: t('column.state'),
    sort: 'status',
    render: ({ status, isGone }) =>
      isGone ? <StateLabel tone="neutral">{t('gone')}</StateLabel> : <SubscriptionState status={status} />,
  }
  const requested: Column<RequestRow> = {
    key: 'requested',
    title: t('column.requested'),
    sort: 'requestedAt',
    render: ({ requestedAt }) => <When at={requestedAt} />,
  }
  const decided: Column<RequestRow> = {
    key: 'decided',
    title: t('column.decided'),
    sort: 'decidedAt',
    render: ({ decidedAt, decidedByName, isGone }) =>
      isGone ? (
        <StateLabel tone="neutral">{t('gone')}</StateLabel>
      ) : (
        <>
          <When at={decidedAt} none="–" />
          {decidedByName !== null && (
            <Content component="small">{t('subscriptions:history.by', { name: decidedByName })}</Content>
          )}
        </>
      ),
  }
  const notes: Column<RequestRow> = {
    key: 'notes',
    title: isWaiting ? t('column.reason') : t('column.notes'),
    render: ({ reason, decisionReason }) => (
      <Notes
        lines={[
          reason === null ? null : t('subscriptions:history.quote', { text: reason }),
          isWaiting || decisionReason === null
            ? null
            : t('subscriptions:note.decided', { text: decisionReason }),
        ]}
      />
    ),
  }
  const decision: Column<RequestRow> = {
    key: 'decision',
    title: t('column.decision'),
    render: (row) => <Decision row={row} onAct={choices.onAct} />,
  }
  const acts: Column<RequestRow> = {
    key: 'acts',
    title: t('common:act.more'),
    isActions: true,
    render: (row) => <Acts row={row} {...choices} />,
  }
  return isWaiting
    ? [person, model, notes, requested, ...(can('approvals:decide') ? [decision] : []), acts]
    : [person, model, ...(tab === 'all' ? [state] : []), notes, decided, acts]
}

/** What is possible now; nobody acts on what is their own. */
function useActs(row: RequestRow): readonly ReviewAct[] {
  const { can, user } = useSession()
  return can('approvals:decide') && row.userId !== user.id && !row.isGone ? actsOn(row.status) : []
}

const isQuick = (act: ReviewAct) => act === 'approve' || act === 'deny'

function Decision({ row, onAct }: Pick<Choices, 'onAct'> & { row: RequestRow }) {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const { user } = useSession()
  const acts = useActs(row).filter(isQuick)
  const names = { person: row.displayName, model: row.modelName }
  if (row.isGone) return <StateLabel tone="neutral">{t('gone')}</StateLabel>
  if (row.userId === user.id) return <Content component="small">{t('own')}</Content>
  return (
    <Flex
      flexWrap={{ default: 'wrap', md: 'nowrap' }}
      columnGap={{ default: 'columnGapSm' }}
      rowGap={{ default: 'rowGapSm' }}
    >
      {acts.map((act) => (
        <Button
          key={act}
          size="sm"
          variant={act === 'approve' ? 'secondary' : 'link'}
          isDanger={act === 'deny'}
          aria-label={t(`actOn.${act}`, names)}
          onClick={() => onAct(act, row)}
        >
          {t(`act.${act}`)}
        </Button>
      ))}
    </Flex>
  )
}

function Acts({ row, onAct, onHistory }: Choices & { row: RequestRow }) {
  const { t } = useTranslation(['requests', 'subscriptions'])
  const acts = useActs(row).filter((act) => !isQuick(act))
  const items: IAction[] = [
    ...acts.map((act) => ({
      title: t(`act.${act}`),
      isDanger: isDanger(act),
      onClick: () => onAct(act, row),
    })),
    { title: t('subscriptions:act.history'), onClick: () => onHistory(row) },
  ]
  return (
    <RowActions label={t('actOn.more', { person: row.displayName, model: row.modelName })} items={items} />
  )
}

import { Button } from '@patternfly/react-core'
import type { IAction } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { When } from '../../ui/When.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { PersonName } from '../people/PersonName.tsx'
import { GrantDialog } from './GrantDialog.tsx'
import {
  useChangedPeople,
  userSubscriptionsQuery,
  type Subscription,
  type UserDetail,
} from './user-queries.ts'

const states = ['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired'] as const
const tones = {
  pending: 'info',
  active: 'success',
  denied: 'danger',
  suspended: 'warning',
  cancelled: 'neutral',
  expired: 'neutral',
} as const

type Verb = 'suspend' | 'resume' | 'remove'
type Act = { readonly verb: Verb; readonly subscription: Subscription }

/** Which models somebody has, and since when. */
export function SubscriptionsTab({ user }: { user: UserDetail }) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const { can, user: me } = useSession()
  const scope = useScope()
  const list = useList()
  const found = useQuery(userSubscriptionsQuery({ ...list.query, userId: user.id, ...scope.read }))
  const [isGranting, setIsGranting] = useState(false)
  const [act, setAct] = useState<Act>()
  const mayDecide = can('approvals:decide') && user.id !== me.id
  const columns = useColumns(mayDecide ? setAct : undefined)
  const isEmpty = found.data?.pagination.total === 0 && !list.hasFilters
  const grant =
    mayDecide && user.memberships.length > 0 ? (
      <Button variant={isEmpty ? 'primary' : 'secondary'} onClick={() => setIsGranting(true)}>
        {t('grant.open')}
      </Button>
    ) : undefined
  const options = states.map((value) => ({ value, label: t(`people:subscriptionStatus.${value}`) }))
  return (
    <>
      {!isEmpty && (
        <FilterBar
          filters={[{ name: 'status', label: t('column.status'), options }]}
          {...list.filterBar}
          actions={grant}
        />
      )}
      <DataTable
        label={t('tab.subscriptions')}
        columns={columns}
        {...list.table(found)}
        idOf={(one) => one.id}
        empty={
          <EmptyHint
            title={t('grant.none')}
            text={t('grant.noneText', { name: user.displayName })}
            {...(grant ? { action: grant } : {})}
          />
        }
      />
      {isGranting && <GrantDialog user={user} onClose={() => setIsGranting(false)} />}
      {act && <ActDialog {...act} onClose={() => setAct(undefined)} />}
    </>
  )
}

function useColumns(onAct: ((act: Act) => void) | undefined): ReadonlyArray<Column<Subscription>> {
  const { t } = useTranslation(['users', 'people', 'common'])
  const { isAll } = useScope()
  const verbs = (subscription: Subscription): IAction[] => {
    const item = (verb: Verb, isDanger = false): IAction => ({
      title: t(`subscription.${verb}`),
      isDanger,
      onClick: () => onAct?.({ verb, subscription }),
    })
    if (subscription.status === 'active') return [item('suspend'), item('remove', true)]
    if (subscription.status === 'suspended') return [item('resume'), item('remove', true)]
    return []
  }
  const columns: ReadonlyArray<Column<Subscription>> = [
    { key: 'model', title: t('column.model'), sort: 'modelName', render: (one) => one.modelName },
    ...(isAll
      ? [
          {
            key: 'organization',
            title: t('column.organization'),
            render: (one: Subscription) => one.organizationName,
          },
        ]
      : []),
    {
      key: 'status',
      title: t('column.status'),
      sort: 'status',
      render: (one) => (
        <StateLabel tone={tones[one.status]}>{t(`people:subscriptionStatus.${one.status}`)}</StateLabel>
      ),
    },
    {
      key: 'requested',
      title: t('column.requested'),
      sort: 'requestedAt',
      render: (one) => <When at={one.requestedAt} />,
    },
    {
      key: 'decided',
      title: t('column.decided'),
      sort: 'decidedAt',
      render: (one) => (
        <PersonName detail={one.decidedByName}>
          <When at={one.decidedAt} none="–" />
        </PersonName>
      ),
    },
    {
      key: 'expires',
      title: t('column.expires'),
      sort: 'expiresAt',
      render: (one) => <When at={one.expiresAt} />,
    },
  ]
  if (!onAct) return columns
  const actions: Column<Subscription> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (one) =>
      verbs(one).length === 0 ? null : (
        <RowActions label={t('people:actsOn', { name: one.modelName })} items={verbs(one)} />
      ),
  }
  return [...columns, actions]
}

function ActDialog({ verb, subscription, onClose }: Act & { onClose(): void }) {
  const { t } = useTranslation(['users', 'common'])
  const scope = useScope()
  const changed = useChangedPeople()
  const { say } = useToasts()
  const target = scope.target(subscription.organizationId)
  const isReasonNeeded = verb !== 'resume' || target.needsReason
  const run = async (reason: string) => {
    const path = { id: subscription.id }
    const query = target.query(reason)
    if (verb === 'remove') await api.removeSubscription({ path, query: { ...query, reason } })
    else if (verb === 'suspend') await api.suspendSubscription({ path, query, body: { reason } })
    else await api.resumeSubscription({ path, query, body: reason === '' ? {} : { reason } })
    await changed('subscriptions', 'requests', 'api-keys')
    say(t(`subscription.${verb}Done`, { model: subscription.modelName }))
  }
  return (
    <ConfirmDialog
      title={t(`subscription.${verb}Title`, {
        model: subscription.modelName,
        name: subscription.displayName,
      })}
      act={t(`subscription.${verb}`)}
      isDanger={verb === 'remove'}
      reason={{ label: t('subscription.reason'), isRequired: isReasonNeeded }}
      onConfirm={run}
      onClose={onClose}
    >
      {t(`subscription.${verb}Text`)}
    </ConfirmDialog>
  )
}

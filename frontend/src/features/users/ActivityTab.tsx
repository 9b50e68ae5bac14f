import { Button } from '@patternfly/react-core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Success } from '@litemaas/client'
import { useScope } from '../../app/scope.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { useAuditWords } from '../audit/use-audit-words.ts'
import { userActivityQuery, type UserDetail } from './user-queries.ts'

/** What somebody did and what was done to them, newest first. */
export function ActivityTab({ user }: { user: UserDetail }) {
  const { t } = useTranslation(['users', 'common'])
  const scope = useScope()
  const activity = useInfiniteQuery(userActivityQuery(user.id, scope.read))
  const rows = activity.data?.pages.flatMap((page) => page.data)
  const columns = useColumns()
  return (
    <>
      <DataTable
        label={t('tab.activity')}
        columns={columns}
        rows={rows}
        idOf={(one) => one.id}
        error={activity.error}
        onRetry={() => void activity.refetch()}
        empty={<EmptyHint title={t('activity.none')} text={t('activity.noneText')} />}
      />
      {activity.hasNextPage && (
        <Button
          variant="link"
          isLoading={activity.isFetchingNextPage}
          isDisabled={activity.isFetchingNextPage}
          onClick={() => void activity.fetchNextPage()}
        >
          {t('activity.more')}
        </Button>
      )}
    </>
  )
}

type Row = Success<'listUserActivity'>['data'][number]

function useColumns(): ReadonlyArray<Column<Row>> {
  const { t } = useTranslation('users')
  const { money } = useFormats()
  const { action, result } = useAuditWords()
  return [
    { key: 'at', title: t('column.when'), render: (one) => <When at={one.at} /> },
    { key: 'kind', title: t('column.kind'), render: (one) => t(`activity.kind.${one.kind}`) },
    {
      key: 'action',
      title: t('column.action'),
      render: (one) =>
        one.kind === 'call' ? t('activity.call', { operation: one.action }) : action(one.action),
    },
    {
      key: 'about',
      title: t('column.about'),
      render: (one) => <span className="lm-code">{one.resourceId ?? '–'}</span>,
    },
    {
      key: 'result',
      title: t('column.result'),
      render: (one) => (
        <StateLabel tone={one.result === 'success' ? 'success' : 'danger'}>{result(one.result)}</StateLabel>
      ),
    },
    {
      key: 'cost',
      title: t('column.cost'),
      isNumber: true,
      render: (one) => (one.cost === null ? '–' : money(one.cost)),
    },
  ]
}

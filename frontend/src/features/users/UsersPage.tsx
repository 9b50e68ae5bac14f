import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar, type Filter } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { BulkLimitsDialog } from './BulkLimitsDialog.tsx'
import { signInAges, signInRange } from './sign-in-filter.ts'
import { teamNamesQuery, usersQuery } from './user-queries.ts'
import { useUserColumns } from './use-user-columns.tsx'

/** Who is here, what they may do and what they use. */
export function UsersPage() {
  const { t } = useTranslation(['users', 'common'])
  const { can } = useSession()
  const scope = useScope()
  const navigate = useNavigate()
  const list = useList()
  const { lastSignIn, ...query } = list.query
  const users = useQuery(usersQuery({ ...query, ...signInRange(lastSignIn, Date.now()), ...scope.read }))
  const columns = useUserColumns()
  const filters = useUserFilters()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isLimiting, setIsLimiting] = useState(false)
  const rows = users.data?.data
  // Limits belong to one organization.
  const mayLimit = can('users:write') && !scope.isAll
  const invite = () => void navigate({ to: '/admin/members', search: scope.search })
  return (
    <PageFrame title={t('title')} description={t('description')} actions={<ScopePicker />}>
      <FilterBar
        search={{
          label: t('searchLabel'),
          value: textOf(list.filters['search']),
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={filters}
        {...list.filterBar}
        actions={
          mayLimit ? (
            <Button variant="secondary" onClick={() => setIsLimiting(true)}>
              {chosen.size > 0 ? t('bulk.openSome', { count: chosen.size }) : t('bulk.open')}
            </Button>
          ) : undefined
        }
      />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        idOf={(user) => user.id}
        error={users.error}
        onRetry={() => void users.refetch()}
        sort={list.sort}
        onSort={list.onSort}
        paging={list.paging(users.data?.pagination.total)}
        {...(mayLimit ? { selection: { ids: chosen, onChange: setChosen } } : {})}
        onClearFilters={list.hasFilters ? list.clearFilters : undefined}
        empty={
          <EmptyHint
            title={t('empty.title')}
            text={t('empty.text')}
            {...(can('members:write')
              ? { action: <Button onClick={invite}>{t('empty.action')}</Button> }
              : {})}
          />
        }
      />
      {isLimiting && (
        <BulkLimitsDialog
          userIds={[...chosen]}
          filter={{ role: textOf(list.filters['role']), teamId: textOf(list.filters['teamId']) }}
          onDone={() => setChosen(new Set())}
          onClose={() => setIsLimiting(false)}
        />
      )}
    </PageFrame>
  )
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function useUserFilters(): readonly Filter[] {
  const { t } = useTranslation(['users', 'common'])
  const { can } = useSession()
  const scope = useScope()
  const mayTeams = can('teams:read-all') && !scope.isAll
  const { data: teams = [] } = useQuery({ ...teamNamesQuery(scope.read), enabled: mayTeams })
  const choices = <T extends string>(
    name: 'role' | 'platformRole' | 'status' | 'teamId' | 'lastSignIn',
    values: readonly T[],
    label: (value: T) => string,
  ): Filter => ({
    name,
    label: t(`filter.${name}`),
    options: values.map((value) => ({ value, label: label(value) })),
  })
  return [
    choices('role', ['admin', 'manager', 'member', 'viewer'], (one) => t(`common:role.${one}`)),
    choices('platformRole', ['admin', 'adminReadonly', 'user'], (one) => t(`common:platformRole.${one}`)),
    choices('status', ['active', 'disabled', 'departed'], (one) => t(`status.${one}`)),
    ...(mayTeams
      ? [choices('teamId', teams.map((team) => team.id), (id) => teams.find((team) => team.id === id)?.name ?? id)] // prettier-ignore
      : []),
    choices('lastSignIn', signInAges, (one) => t(`signIn.${one}`)),
  ]
}

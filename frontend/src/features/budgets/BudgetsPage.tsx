import { Button, Flex } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import type { Budget } from '../people/budget-queries.ts'
import { BudgetDesk, type BudgetAct } from './BudgetDesk.tsx'
import { budgetLevels, budgetsQuery, levelOf } from './budget-list-queries.ts'
import { CreateBudgetDialog } from './CreateBudgetDialog.tsx'
import { PlatformBudget } from './PlatformBudget.tsx'
import { useBudgetColumns } from './use-budget-columns.tsx'

const shares = [70, 90, 100] as const

/** Every limit on spending, the fullest first. */
export function BudgetsPage() {
  const { t } = useTranslation(['budgets', 'common'])
  const { can, isPlatformReader } = useSession()
  const scope = useScope()
  const list = useList({ sort: '-usedPercent' })
  const { filters } = list
  const level = levelOf(filters['level'])
  const minUsedPercent = shares.find((one) => String(one) === String(filters['minUsedPercent']))
  const search = filters['search'] === undefined ? '' : String(filters['search'])
  const { data, error, refetch } = useQuery(
    budgetsQuery({
      ...scope.read,
      limit: list.query.limit,
      offset: list.query.offset,
      ...(level ? { level } : {}),
      ...(minUsedPercent ? { minUsedPercent } : {}),
      ...(search === '' ? {} : { search }),
      sort: sortOf(list.sort),
    }),
  )
  const [open, setOpen] = useState<{ act: BudgetAct; budget: Budget }>()
  const [creating, setCreating] = useState<'user' | 'platform'>()
  const columns = useBudgetColumns((act, budget) => setOpen({ act, budget }))
  const add = can('budgets:write') && <Button onClick={() => setCreating('user')}>{t('createTitle')}</Button>
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <ScopePicker />
          {add}
        </Flex>
      }
    >
      {isPlatformReader && (
        <PlatformBudget
          onAct={(act, budget) => setOpen({ act, budget })}
          onCreate={() => setCreating('platform')}
        />
      )}
      <FilterBar
        search={{ label: t('search'), value: search, onChange: (text) => list.setFilter('search', text) }}
        filters={[
          {
            name: 'level',
            label: t('levelLabel'),
            options: budgetLevels
              .filter((one) => one !== 'platform')
              .map((value) => ({ value, label: t(`level.${value}`) })),
          },
          {
            name: 'minUsedPercent',
            label: t('nearly'),
            options: shares.map((value) => ({
              value: String(value),
              label: t('usedAtLeast', { share: value }),
            })),
          },
        ]}
        {...list.filterBar}
      />
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table({ data, error, refetch })}
        idOf={(row) => row.id}
        empty={<EmptyHint title={t('emptyTitle')} text={t('emptyText')} action={add} />}
      />
      {open && (
        <BudgetDesk
          {...open}
          target={open.budget.level === 'platform' ? aboveAll : scope.target(open.budget.organizationId)}
          onClose={() => setOpen(undefined)}
        />
      )}
      {creating && <CreateBudgetDialog first={creating} onClose={() => setCreating(undefined)} />}
    </PageFrame>
  )
}

/** The platform's own budget is in no organization. */
const aboveAll = { needsReason: false, query: () => ({}) }

const sorts = ['usedPercent', '-usedPercent', 'spent', '-spent'] as const
const sortOf = (given: string | undefined) => sorts.find((one) => one === given) ?? '-usedPercent'

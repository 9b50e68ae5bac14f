import { Card, CardBody, CardTitle, Content } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import {
  budgetHistoryQuery,
  budgetIncreasesQuery,
  budgetSpendersQuery,
  type Budget,
  type Read,
} from './budget-queries.ts'

interface PastProps {
  readonly id: Budget['id']
  readonly read: Read
}

/** The windows that are over, and what was allowed besides. */
export function BudgetPast({ id, read }: PastProps) {
  const { t } = useTranslation('people')
  const { date, money } = useFormats()
  const { data: windows, error, refetch } = useQuery(budgetHistoryQuery(id, read))
  type Row = NonNullable<typeof windows>[number]
  const columns: ReadonlyArray<Column<Row>> = [
    {
      key: 'period',
      title: t('budget.period'),
      render: (row) => `${date(row.startedAt)} – ${date(row.endedAt)}`,
    },
    {
      key: 'spent',
      title: t('budget.spent'),
      render: (row) => <SpendBar label={t('budget.spent')} spent={row.spent} limit={row.limit} />,
    },
    {
      key: 'adjusted',
      title: t('budget.adjusted'),
      isNumber: true,
      render: (row) => (row.adjusted === 0 ? '–' : money(row.adjusted)),
    },
  ]
  return (
    <>
      <Increases id={id} read={read} />
      <Card isPlain>
        <CardTitle component="h3">{t('budget.history')}</CardTitle>
        <CardBody>
          {windows?.length === 0 ? (
            <Content component="p">{t('budget.historyEmpty')}</Content>
          ) : (
            <DataTable
              label={t('budget.history')}
              columns={columns}
              rows={windows}
              idOf={(row) => row.startedAt}
              error={error}
              onRetry={() => void refetch()}
            />
          )}
        </CardBody>
      </Card>
    </>
  )
}

function Increases({ id, read }: PastProps) {
  const { t } = useTranslation('people')
  const { money } = useFormats()
  const { data = [] } = useQuery(budgetIncreasesQuery(id, read))
  if (data.length === 0) return null
  const columns: ReadonlyArray<Column<(typeof data)[number]>> = [
    { key: 'amount', title: t('budget.amount'), isNumber: true, render: (row) => money(row.amount) },
    {
      key: 'state',
      title: t('budget.state'),
      render: (row) => (
        <StateLabel tone={row.isActive ? 'success' : 'neutral'}>
          {row.isActive ? t('budget.isActive') : t('budget.isOver')}
        </StateLabel>
      ),
    },
    { key: 'until', title: t('budget.until'), render: (row) => <When at={row.endedAt ?? row.expiresAt} /> },
    { key: 'reason', title: t('budget.reason'), render: (row) => row.reason },
  ]
  return (
    <Card isPlain>
      <CardTitle component="h3">{t('budget.increases')}</CardTitle>
      <CardBody>
        <DataTable label={t('budget.increases')} columns={columns} rows={data} idOf={(row) => row.id} />
      </CardBody>
    </Card>
  )
}

/** Who and what used most of it in the present window. */
export function BudgetSpenders({ id, read }: PastProps) {
  const { t } = useTranslation('people')
  const { money } = useFormats()
  const { data } = useQuery(budgetSpendersQuery(id, read))
  const people = data?.topUsers
  const models = data?.topModels
  type Row = NonNullable<typeof people>[number]
  const columns = (title: string): ReadonlyArray<Column<Row>> => [
    { key: 'name', title, render: (row) => row.name },
    { key: 'cost', title: t('budget.spent'), isNumber: true, render: (row) => money(row.cost) },
  ]
  const isEmpty = people?.length === 0 && models?.length === 0
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('budget.spenders')}</CardTitle>
      <CardBody>
        {isEmpty ? (
          <Content component="p">{t('budget.nothingSpent')}</Content>
        ) : (
          <>
            <DataTable
              label={t('budget.people')}
              columns={columns(t('budget.people'))}
              rows={people?.slice(0, 3)}
              idOf={(row) => row.id}
            />
            <DataTable
              label={t('budget.models')}
              columns={columns(t('budget.models'))}
              rows={models?.slice(0, 3)}
              idOf={(row) => row.id}
            />
          </>
        )}
      </CardBody>
    </Card>
  )
}

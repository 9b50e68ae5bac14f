import { List, ListItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { fullestBudgetsQuery } from './overview-queries.ts'

/** Budgets that will stop somebody soon. */
export function BudgetsCard() {
  const { t } = useTranslation('overview')
  const scope = useScope()
  const { data, error, refetch } = useQuery(fullestBudgetsQuery(scope.read))
  return (
    <ChartCard
      title={t('budgets.title')}
      height={180}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.data.length === 0 && t('budgets.none')}
      actions={
        <Link to="/admin/budgets" search={{ ...scope.search, minUsedPercent: 80 }}>
          {t('budgets.all', { count: data?.pagination.total ?? 0 })}
        </Link>
      }
    >
      <List isPlain isBordered>
        {(data?.data ?? []).map(({ id, level, subjectName, modelName, organizationId, spent, limit }) => (
          <ListItem key={id}>
            <Link to="/admin/budgets" search={{ ...scope.search, search: subjectName }}>
              {modelName === null
                ? subjectName
                : t('budgets.keyAndModel', { key: subjectName, model: modelName })}
            </Link>
            <div>
              <small className="lm-subtle">
                {t(`budgets.level.${level}`)}
                {scope.isAll && ` · ${scope.nameOf(organizationId)}`}
              </small>
            </div>
            <SpendBar label={subjectName} spent={spent} limit={limit} />
          </ListItem>
        ))}
      </List>
    </ChartCard>
  )
}

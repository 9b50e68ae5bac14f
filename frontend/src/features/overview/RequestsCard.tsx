import { List, ListItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { When } from '../../ui/When.tsx'
import { oldestRequestsQuery } from './overview-queries.ts'

/** Who waits for a decision, the longest first. */
export function RequestsCard() {
  const { t } = useTranslation('overview')
  const scope = useScope()
  const { data, error, refetch } = useQuery(oldestRequestsQuery(scope.read))
  return (
    <ChartCard
      title={t('requests.title')}
      height={180}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.data.length === 0 && t('requests.none')}
      actions={
        <Link to="/admin/requests" search={scope.search}>
          {t('requests.all', { count: data?.pagination.total ?? 0 })}
        </Link>
      }
    >
      <List isPlain isBordered>
        {(data?.data ?? []).map(({ id, displayName, modelName, requestedAt, organizationName }) => (
          <ListItem key={id}>
            <Link to="/admin/requests" search={{ ...scope.search, status: 'pending', search: displayName }}>
              {t('requests.one', { name: displayName, model: modelName })}
            </Link>
            <div>
              <small className="lm-subtle">
                <When at={requestedAt} />
                {scope.isAll && ` · ${organizationName}`}
              </small>
            </div>
          </ListItem>
        ))}
      </List>
    </ChartCard>
  )
}

import { List, ListItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { myModelsQuery, subscriptionCountsQuery } from './home-queries.ts'

/** The models that I may call. */
export function MyModels() {
  const { t } = useTranslation('home')
  const { data, error, refetch } = useQuery(myModelsQuery)
  const { data: counts } = useQuery(subscriptionCountsQuery)
  return (
    <ChartCard
      title={t('models.title')}
      height={160}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.length === 0 && t('models.none')}
      actions={
        counts !== undefined && counts.active > 0 ? (
          <Link to="/subscriptions">{t('models.all', { count: counts.active })}</Link>
        ) : (
          <Link to="/models">{t('act.browse')}</Link>
        )
      }
    >
      <List isPlain isBordered>
        {(data ?? []).map(({ id, modelId, modelName }) => (
          <ListItem key={id}>
            <Link to="/models/$modelId" params={{ modelId }}>
              {modelName}
            </Link>
          </ListItem>
        ))}
      </List>
    </ChartCard>
  )
}

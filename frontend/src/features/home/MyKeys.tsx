import { Flex, FlexItem, List, ListItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { When } from '../../ui/When.tsx'
import { keyCountsQuery, myKeysQuery } from './home-queries.ts'

/** The keys that I used last, with what is left of their budgets. */
export function MyKeys() {
  const { t } = useTranslation('home')
  const { data, error, refetch } = useQuery(myKeysQuery)
  const { data: counts } = useQuery(keyCountsQuery)
  return (
    <ChartCard
      title={t('keys.title')}
      height={160}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.length === 0 && t('keys.none')}
      actions={
        counts !== undefined && counts.active > 0 ? (
          <Link to="/api-keys">{t('keys.all', { count: counts.active })}</Link>
        ) : undefined
      }
    >
      <List isPlain isBordered>
        {(data ?? []).map(({ id, name, spend, maxBudget, lastUsedAt }) => (
          <ListItem key={id}>
            <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
              <FlexItem>
                <Link to="/api-keys/$keyId" params={{ keyId: id }}>
                  {name}
                </Link>
              </FlexItem>
              <FlexItem>
                <small className="lm-subtle">
                  <When at={lastUsedAt} none={t('keys.unused')} />
                </small>
              </FlexItem>
            </Flex>
            <SpendBar label={t('keys.spend', { name })} spent={spend} limit={maxBudget} />
          </ListItem>
        ))}
      </List>
    </ChartCard>
  )
}

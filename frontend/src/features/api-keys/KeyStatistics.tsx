import { Grid, GridItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { StatCard } from '../../ui/StatCard.tsx'
import { keyStatisticsQuery } from './key-queries.ts'

/** One's keys in four figures. */
export function KeyStatistics() {
  const { t } = useTranslation('api-keys')
  const { number, money } = useFormats()
  const { data } = useQuery(keyStatisticsQuery)
  const live = data && data.total - data.revoked
  return (
    <Grid hasGutter span={6} xl={3}>
      <GridItem>
        <StatCard title={t('figure.active')} value={data && number(data.active)}>
          {data && t('figure.ofMost', { count: data.maximumActiveKeys, live: number(live ?? 0) })}
        </StatCard>
      </GridItem>
      <GridItem>
        <StatCard title={t('figure.spend')} value={data && money(data.spend)}>
          {t('figure.spendHint')}
        </StatCard>
      </GridItem>
      <GridItem>
        <StatCard title={t('figure.expiring')} value={data && number(data.expiringSoon)}>
          {t('figure.expiringHint')}
        </StatCard>
      </GridItem>
      <GridItem>
        <StatCard title={t('figure.idle')} value={data && number(data.disabled + data.expired)}>
          {data && t('figure.idleHint', { disabled: number(data.disabled), expired: number(data.expired) })}
        </StatCard>
      </GridItem>
    </Grid>
  )
}

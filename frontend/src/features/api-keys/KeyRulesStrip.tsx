import { ExpandableSection } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { Facts } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { windowOf } from '../people/budget-queries.ts'
import { keyRulesQuery } from './key-queries.ts'

/** What new keys get and what no key may exceed, for whoever administers keys. */
export function KeyRulesStrip() {
  const { t } = useTranslation(['api-keys', 'common'])
  const { isPlatformReader } = useSession()
  const { money, number } = useFormats()
  const { data: rules } = useQuery(keyRulesQuery)
  if (!rules) return null
  const none = t('common:state.unlimited')
  const pair = (first: number | null, most: number | null, format: (value: number) => string) =>
    t('rules.pair', {
      first: first === null ? none : format(first),
      most: most === null ? none : format(most),
    })
  const days = (count: number) => t('rules.days', { count })
  return (
    <ExpandableSection toggleText={t('rules.title')} isIndented>
      <Facts
        columns={3}
        facts={[
          { term: t('field.budget'), value: pair(rules.defaultBudget, rules.maximumBudget, money) },
          {
            term: t('field.window'),
            value: t(`window.${windowOf(rules.defaultBudgetDuration)}`),
          },
          { term: t('field.rpm'), value: pair(rules.defaultRpmLimit, rules.maximumRpmLimit, number) },
          { term: t('field.tpm'), value: pair(rules.defaultTpmLimit, rules.maximumTpmLimit, number) },
          {
            term: t('field.parallel'),
            value: pair(rules.defaultMaxParallelRequests, rules.maximumParallelRequests, number),
          },
          { term: t('rules.expiry'), value: pair(rules.defaultExpiryDays, rules.maximumExpiryDays, days) },
          { term: t('rules.keys'), value: number(rules.maximumActiveKeys) },
        ]}
      />
      {isPlatformReader && <Link to="/admin/settings">{t('rules.change')}</Link>}
    </ExpandableSection>
  )
}

import { Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { windowOf } from '../people/budget-queries.ts'
import type { ApiKey } from './key-queries.ts'

/** What the key has spent of its budget in the present window. */
export function KeySpend({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('api-keys')
  const { name, spend, maxBudget, budgetDuration } = apiKey
  return (
    <>
      <SpendBar label={t('spend.of', { name })} spent={spend} limit={maxBudget} />
      {maxBudget !== null && budgetDuration !== null && (
        <Content component="small" className="lm-detail">
          {t(`window.${windowOf(budgetDuration)}`)}
        </Content>
      )}
    </>
  )
}

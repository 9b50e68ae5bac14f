import { Content } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useFormats } from '../../ui/formats.ts'
import { SpendBar } from '../../ui/SpendBar.tsx'

/** Budgets that hold for this model alone; those for everything are on the page of usage. */
export function ModelBudgets({ modelId }: { modelId: string }) {
  const { t } = useTranslation('models')
  const { percent } = useFormats()
  const { data = [] } = useQuery({
    queryKey: ['budgets', 'mine'],
    queryFn: async () => (await api.listMyBudgets({ query: { limit: 100 } })).data,
  })
  const mine = data.filter((budget) => budget.modelId === modelId)
  return mine.map(({ id, subjectName, spent, limit, usedPercent }) => (
    <div key={id}>
      <Content component="small">{t('page.budgetOf', { subject: subjectName })}</Content>
      {spent === null ? (
        percent(usedPercent / 100)
      ) : (
        <SpendBar label={t('page.budgetOf', { subject: subjectName })} spent={spent} limit={limit} />
      )}
    </div>
  ))
}

import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import type { ApiKey } from './key-queries.ts'

/** The models of a key, each with what holds for it alone. */
export function KeyModelTable({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation(['api-keys', 'common'])
  const { money, number } = useFormats()
  if (apiKey.models.length === 0) return <p>{t('models.none')}</p>
  const say = (value: number | null | undefined, format: (value: number) => string) =>
    value === null || value === undefined ? t('models.asKey') : format(value)
  return (
    <Table aria-label={t('page.models')} variant="compact" gridBreakPoint="grid-md" borders={false}>
      <Thead>
        <Tr>
          <Th>{t('models.name')}</Th>
          <Th className="lm-number">{t('field.budget')}</Th>
          <Th className="lm-number">{t('field.rpm')}</Th>
          <Th className="lm-number">{t('field.tpm')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {apiKey.models.map((model) => {
          const limit = apiKey.modelLimits.find(({ modelId }) => modelId === model.id)
          return (
            <Tr key={model.id}>
              <Td dataLabel={t('models.name')}>
                <Link to="/models/$modelId" params={{ modelId: model.id }} className="lm-code">
                  {model.name}
                </Link>
              </Td>
              <Td dataLabel={t('field.budget')} className="lm-number">
                {say(limit?.maxBudget, money)}
              </Td>
              <Td dataLabel={t('field.rpm')} className="lm-number">
                {say(limit?.rpmLimit, number)}
              </Td>
              <Td dataLabel={t('field.tpm')} className="lm-number">
                {say(limit?.tpmLimit, number)}
              </Td>
            </Tr>
          )
        })}
      </Tbody>
    </Table>
  )
}

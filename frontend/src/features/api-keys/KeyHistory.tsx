import { Card, CardBody, CardTitle, Skeleton } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { When } from '../../ui/When.tsx'
import type { Read } from '../people/budget-queries.ts'
import { keyHistoryQuery } from './key-queries.ts'

/** Acts that the texts have a sentence for. */
const acts = ['created', 'updated', 'rotated', 'revoked', 'deleted'] as const

/** Who did what to the key, newest first. */
export function KeyHistory({ id, read }: { id: string; read: Read }) {
  const { t } = useTranslation(['api-keys', 'common'])
  const { data, error, refetch } = useQuery(keyHistoryQuery(id, read))
  const say = (action: string) => {
    const act = acts.find((one) => action === `api_key.${one}`)
    return act === undefined ? action : t(`history.${act}`)
  }
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('page.history')}</CardTitle>
      <CardBody>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          <Skeleton height="6rem" />
        ) : data.length === 0 ? (
          <p>{t('history.none')}</p>
        ) : (
          <Table aria-label={t('page.history')} variant="compact" gridBreakPoint="grid-md" borders={false}>
            <Thead>
              <Tr>
                <Th>{t('history.what')}</Th>
                <Th>{t('history.who')}</Th>
                <Th>{t('history.why')}</Th>
                <Th>{t('history.when')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {data.map((row) => (
                <Tr key={row.id}>
                  <Td dataLabel={t('history.what')}>{say(row.action)}</Td>
                  <Td dataLabel={t('history.who')}>{row.actorName ?? row.actorKind}</Td>
                  <Td dataLabel={t('history.why')}>{row.reason ?? ''}</Td>
                  <Td dataLabel={t('history.when')}>
                    <When at={row.at} />
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </CardBody>
    </Card>
  )
}

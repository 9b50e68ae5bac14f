import { Button, Content } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../ui/ChartCard.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Delta } from './Delta.tsx'
import { isNearlyOver, periodOf, type Range } from './ranges.ts'
import { useErrorName } from './use-error-name.ts'
import { errorsQuery } from './usage-queries.ts'
import type { Failure, UsageSource } from './usage-source.ts'

interface ErrorsCardProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
  /** Shows the calls that failed so. */
  onShow(failure: Failure): void
}

/** Why calls failed, how often, and whether it gets worse. */
export function ErrorsCard({ source, range, now, onShow }: ErrorsCardProps) {
  const { t } = useTranslation('usage')
  const { number, ago, dateTime } = useFormats()
  const nameOf = useErrorName()
  const { data, error, refetch } = useQuery(errorsQuery(source, periodOf(range)))
  return (
    <ChartCard
      title={t('errors.title')}
      height={280}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      empty={data?.length === 0 && t('errors.none')}
    >
      <Table aria-label={t('errors.title')} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>{t('errors.what')}</Th>
            <Th className="lm-number">{t('errors.status')}</Th>
            <Th className="lm-number">{t('errors.calls')}</Th>
            <Th>{t('errors.last')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {(data ?? []).map((failure) => (
            <Tr key={`${failure.outcome} ${failure.errorCode ?? ''} ${String(failure.statusCode)}`}>
              <Td dataLabel={t('errors.what')}>
                <Button variant="link" isInline onClick={() => onShow(failure)}>
                  {nameOf(failure)}
                </Button>
                {failure.errorCode !== null && (
                  <Content component="small" className="lm-code">
                    {failure.errorCode}
                  </Content>
                )}
              </Td>
              <Td dataLabel={t('errors.status')} className="lm-number">
                {failure.statusCode}
              </Td>
              <Td dataLabel={t('errors.calls')} className="lm-number">
                <div>{number(failure.requests)}</div>
                {isNearlyOver(range, now) && (
                  <small>
                    <Delta
                      now={failure.requests}
                      before={failure.previous}
                      meaning="moreIsBad"
                      isInTable
                      text={number}
                    />
                  </small>
                )}
              </Td>
              <Td dataLabel={t('errors.last')}>
                <time dateTime={failure.lastAt} title={dateTime(failure.lastAt)}>
                  {ago(failure.lastAt)}
                </time>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </ChartCard>
  )
}

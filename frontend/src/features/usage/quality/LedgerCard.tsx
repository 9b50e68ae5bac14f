import { Button, Modal, ModalBody, ModalHeader } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChartCard } from '../../../ui/ChartCard.tsx'
import { DataTable, type Column } from '../../../ui/DataTable.tsx'
import { EmptyHint } from '../../../ui/EmptyHint.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { StateLabel } from '../../../ui/StateLabel.tsx'
import { When } from '../../../ui/When.tsx'
import { useAxisLabels } from '../axis-labels.ts'
import {
  ledgerChecksQuery,
  ledgerDifferencesQuery,
  type LedgerCheck,
  type LedgerDifference,
} from './quality-queries.ts'
import { usePaging } from './use-paging.ts'

/** Every night calls, sums and budgets are compared with each other; here is whether they agreed. */
export function LedgerCard() {
  const { t } = useTranslation('usage')
  const [shown, setShown] = useState<LedgerCheck>()
  const { query, paging } = usePaging()
  const { data, error, refetch } = useQuery(ledgerChecksQuery(query))
  const columns = useColumns(setShown)
  return (
    <ChartCard
      title={t('ledger.title')}
      height={160}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
    >
      <div className="lm-short-list">
        <DataTable
          label={t('ledger.title')}
          columns={columns}
          rows={data?.data}
          idOf={({ id }) => id}
          empty={<EmptyHint title={t('ledger.none')} text={t('ledger.noneHint')} />}
          {...paging(data?.pagination.total)}
        />
      </div>
      {shown && <LedgerDialog check={shown} onClose={() => setShown(undefined)} />}
    </ChartCard>
  )
}

function useColumns(onShow: (check: LedgerCheck) => void): Array<Column<LedgerCheck>> {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const labels = useAxisLabels()
  return [
    { key: 'at', title: t('ledger.checked'), render: ({ finishedAt }) => <When at={finishedAt} /> },
    { key: 'trigger', title: t('ledger.trigger'), render: ({ trigger }) => t(`ledger.${trigger}`) },
    { key: 'from', title: t('ledger.from'), render: ({ fromDay }) => labels.day(fromDay) },
    {
      key: 'organizations',
      title: t('ledger.organizations'),
      isNumber: true,
      render: ({ organizations }) => number(organizations),
    },
    {
      key: 'differences',
      title: t('recount.differences'),
      render: (check) =>
        check.differences === 0 ? (
          <StateLabel tone="success">{t('ledger.agree')}</StateLabel>
        ) : (
          <Button variant="link" isInline onClick={() => onShow(check)}>
            <StateLabel tone="danger">
              {t('recount.found', { count: check.differences, differences: number(check.differences) })}
            </StateLabel>
          </Button>
        ),
    },
  ]
}

function LedgerDialog({ check, onClose }: { readonly check: LedgerCheck; readonly onClose: () => void }) {
  const { t } = useTranslation('usage')
  const { dateTime } = useFormats()
  const { query, paging } = usePaging()
  const { data, error, refetch } = useQuery(ledgerDifferencesQuery(check.id, query))
  const columns = useDifferenceColumns()
  const title = t('ledger.of', { at: dateTime(check.finishedAt) })
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-label={title}>
      <ModalHeader title={title} />
      <ModalBody tabIndex={0} aria-label={title}>
        <DataTable
          label={title}
          columns={columns}
          rows={data?.data}
          idOf={({ id }) => id}
          error={data === undefined ? error : undefined}
          onRetry={() => void refetch()}
          {...paging(data?.pagination.total)}
        />
      </ModalBody>
    </Modal>
  )
}

function useDifferenceColumns(): Array<Column<LedgerDifference>> {
  const { t } = useTranslation('usage')
  const { number, money } = useFormats()
  const labels = useAxisLabels()
  // Money comes in billionths here, other figures as they are.
  const figure = ({ kind, what }: LedgerDifference, value: number) =>
    kind !== 'daily_sum' || what.toLowerCase().includes('cost') ? money(value / 1e9) : number(value)
  return [
    { key: 'kind', title: t('recount.kind'), render: ({ kind }) => t(`ledger.kind.${kind}`) },
    { key: 'what', title: t('ledger.what'), render: ({ what }) => <span className="lm-code">{what}</span> },
    {
      key: 'day',
      title: t('trend.dayUtc'),
      render: ({ day }) => (day === null ? t('common:state.none') : labels.day(day)),
    },
    {
      key: 'expected',
      title: t('ledger.expected'),
      isNumber: true,
      render: (difference) => figure(difference, difference.expected),
    },
    {
      key: 'actual',
      title: t('ledger.actual'),
      isNumber: true,
      render: (difference) => figure(difference, difference.actual),
    },
    {
      key: 'subject',
      title: t('ledger.subject'),
      render: ({ subjectId }) => <span className="lm-code">{subjectId}</span>,
    },
  ]
}

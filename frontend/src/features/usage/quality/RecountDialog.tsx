import { Modal, ModalBody, ModalHeader, Stack, StackItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../../ui/Chart.tsx'
import type { ChartColours, EChartsOption } from '../../../ui/echarts.ts'
import { DataTable, type Column } from '../../../ui/DataTable.tsx'
import { Facts } from '../../../ui/Facts.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { useAxisLabels } from '../axis-labels.ts'
import {
  recountDifferencesQuery,
  recountQuery,
  type Recount,
  type RecountDifference,
} from './quality-queries.ts'
import { usePaging } from './use-paging.ts'

interface RecountDialogProps {
  readonly recount: Recount
  onClose(): void
}

/** What a comparison found: both sides of every day, and the calls on which they differ. */
export function RecountDialog({ recount, onClose }: RecountDialogProps) {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const labels = useAxisLabels()
  const { query, paging } = usePaging()
  const { data, error, refetch } = useQuery(recountDifferencesQuery(recount.id, query))
  const columns = useColumns()
  const title = t('recount.of', { range: labels.range(recount.from, recount.to) })
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-label={title}>
      <ModalHeader title={title} />
      <ModalBody tabIndex={0} aria-label={title}>
        <Stack hasGutter>
          <StackItem>
            <Facts
              columns={3}
              facts={[
                { term: t('recount.missingHere'), value: number(recount.missingHere) },
                { term: t('recount.missingThere'), value: number(recount.missingThere) },
                { term: t('recount.differentCost'), value: number(recount.differentCost) },
                { term: t('recount.differentTokens'), value: number(recount.differentTokens) },
                { term: t('recount.booked'), value: number(recount.booked) },
                { term: t('recount.foreign'), value: number(recount.foreignCalls) },
              ]}
            />
          </StackItem>
          <StackItem>
            <DaysChart id={recount.id} />
          </StackItem>
          <StackItem>
            <DataTable
              label={t('recount.differences')}
              columns={columns}
              rows={data?.data}
              idOf={({ id }) => id}
              error={data === undefined ? error : undefined}
              onRetry={() => void refetch()}
              empty={t('recount.agree')}
              {...paging(data?.pagination.total)}
            />
          </StackItem>
        </Stack>
      </ModalBody>
    </Modal>
  )
}

function DaysChart({ id }: { readonly id: string }) {
  const { t } = useTranslation('usage')
  const { number, compact } = useFormats()
  const labels = useAxisLabels()
  const { data } = useQuery(recountQuery(id))
  const days = data?.days
  const option = useMemo(
    () =>
      (colours: ChartColours): EChartsOption => ({
        tooltip: {
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          valueFormatter: (value) => number(Number(value)),
        },
        legend: {},
        xAxis: { type: 'category', data: (days ?? []).map(({ day }) => labels.day(day)) },
        yAxis: { type: 'value', axisLabel: { formatter: (value: number) => compact(value) } },
        series: [
          {
            name: t('recount.here'),
            type: 'bar',
            barMaxWidth: 40,
            color: colours.palette[0] ?? '',
            data: (days ?? []).map(({ ourCalls }) => ourCalls),
          },
          {
            name: t('recount.there'),
            type: 'bar',
            barMaxWidth: 40,
            color: colours.palette[2] ?? '',
            data: (days ?? []).map(({ theirCalls }) => theirCalls),
          },
        ],
      }),
    [days, labels, t, number, compact],
  )
  if (days === undefined || days.length === 0) return null
  return (
    <Chart
      label={t('recount.chart')}
      option={option}
      height={220}
      table={{
        head: [t('trend.dayUtc'), t('recount.here'), t('recount.there')],
        rows: days.map(({ day, ourCalls, theirCalls }) => [
          labels.fullDay(day),
          number(ourCalls),
          number(theirCalls),
        ]),
      }}
    />
  )
}

function useColumns(): Array<Column<RecountDifference>> {
  const { t } = useTranslation('usage')
  const { money, number, dateTime } = useFormats()
  const cost = (value: number | null) => (value === null ? t('common:state.none') : money(value))
  const tokens = (value: number | null) => (value === null ? t('common:state.none') : number(value))
  return [
    { key: 'kind', title: t('recount.kind'), render: ({ kind }) => t(`recount.${kind}`) },
    { key: 'at', title: t('calls.when'), render: ({ at }) => dateTime(at) },
    {
      key: 'model',
      title: t('dimension.model'),
      render: ({ modelName, requestId }) => (
        <>
          {modelName}
          <div>
            <small className="lm-code lm-subtle">{requestId}</small>
          </div>
        </>
      ),
    },
    {
      key: 'cost',
      title: t('recount.costs'),
      isNumber: true,
      render: ({ ourCost, theirCost }) => t('recount.pair', { here: cost(ourCost), there: cost(theirCost) }),
    },
    {
      key: 'tokens',
      title: t('recount.tokens'),
      isNumber: true,
      render: ({ ourTokens, theirTokens }) =>
        t('recount.pair', { here: tokens(ourTokens), there: tokens(theirTokens) }),
    },
    {
      key: 'booked',
      title: t('recount.booked'),
      render: ({ isBooked }) => (isBooked ? t('common:state.yes') : t('common:state.no')),
    },
  ]
}

import { Button, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../app/api.ts'
import { useSession } from '../../../app/session.ts'
import { ChartCard } from '../../../ui/ChartCard.tsx'
import { DataTable, type Column } from '../../../ui/DataTable.tsx'
import { EmptyHint } from '../../../ui/EmptyHint.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { StateLabel, type Tone } from '../../../ui/StateLabel.tsx'
import { useToasts } from '../../../ui/Toasts.tsx'
import { When } from '../../../ui/When.tsx'
import { intakeQuery, type Report } from './quality-queries.ts'
import { usePaging } from './use-paging.ts'

const tones: Readonly<Record<Report['state'], Tone>> = {
  pending: 'info',
  leased: 'info',
  booked: 'success',
  unattributed: 'warning',
  dead: 'danger',
}
const shown = ['unattributed', 'dead', 'pending'] as const

/** Calls that LiteLLM reported and that are not in the figures yet, above all those that wait for somebody. */
export function IntakeCard() {
  const { t } = useTranslation('usage')
  const [state, setState] = useState<(typeof shown)[number]>('unattributed')
  const { query, paging, first } = usePaging()
  const { data, error, refetch } = useQuery(intakeQuery(state, query))
  const columns = useColumns()
  return (
    <ChartCard
      title={t('quality.intake')}
      height={160}
      isLoading={data === undefined}
      error={data === undefined ? error : undefined}
      onRetry={() => void refetch()}
      actions={
        <ToggleGroup isCompact aria-label={t('quality.intakeState')}>
          {shown.map((one) => (
            <ToggleGroupItem
              key={one}
              text={t(`quality.report.${one}`)}
              isSelected={one === state}
              onChange={() => {
                first()
                setState(one)
              }}
            />
          ))}
        </ToggleGroup>
      }
    >
      <DataTable
        label={t('quality.intake')}
        columns={columns}
        rows={data?.data}
        idOf={({ id }) => id}
        empty={<EmptyHint title={t('quality.intakeNone')} text={t('quality.intakeNoneHint')} />}
        {...paging(data?.pagination.total)}
      />
    </ChartCard>
  )
}

function useColumns(): Array<Column<Report>> {
  const { t } = useTranslation('usage')
  const { number } = useFormats()
  const { isPlatformAdmin } = useSession()
  return [
    {
      key: 'model',
      title: t('dimension.model'),
      render: ({ modelName }) => <span className="lm-nowrap">{modelName}</span>,
    },
    { key: 'called', title: t('calls.when'), render: ({ calledAt }) => <When at={calledAt} /> },
    {
      key: 'state',
      title: t('quality.intakeState'),
      render: ({ state }) => <StateLabel tone={tones[state]}>{t(`quality.report.${state}`)}</StateLabel>,
    },
    { key: 'why', title: t('quality.why'), render: ({ reason }) => <Why reason={reason} /> },
    {
      key: 'attempts',
      title: t('quality.attempts'),
      isNumber: true,
      render: ({ attempts }) => number(attempts),
    },
    {
      key: 'request',
      title: t('calls.requestId'),
      render: ({ requestId }) => <span className="lm-code">{requestId}</span>,
    },
    ...(isPlatformAdmin
      ? [
          {
            key: 'act',
            title: t('quality.redrive'),
            isActions: true,
            render: (report: Report) => <Redrive report={report} />,
          },
        ]
      : []),
  ]
}

/** Three reasons are words of a machine; the others are sentences already. */
function Why({ reason }: { readonly reason: string | null }) {
  const { t } = useTranslation('usage')
  if (reason === 'unknown_model') return <>{t('quality.reason.unknown_model')}</>
  if (reason === 'no_cost') return <>{t('quality.reason.no_cost')}</>
  if (reason === 'out_of_range') return <>{t('quality.reason.out_of_range')}</>
  return <>{reason ?? t('common:state.none')}</>
}

function Redrive({ report: { id, state, modelName } }: { readonly report: Report }) {
  const { t } = useTranslation('usage')
  const { say, fail } = useToasts()
  const queries = useQueryClient()
  const redrive = useMutation({
    mutationFn: () => api.redriveUsageIntake({ path: { id } }),
    onSuccess: () => say(t('quality.redriven')),
    onError: fail,
    onSettled: () => queries.invalidateQueries({ queryKey: ['analytics'] }),
  })
  if (state !== 'dead' && state !== 'unattributed') return null
  return (
    <Button
      variant="secondary"
      size="sm"
      isLoading={redrive.isPending}
      isDisabled={redrive.isPending}
      aria-label={t('quality.redriveOne', { model: modelName })}
      onClick={() => redrive.mutate()}
    >
      {t('quality.redrive')}
    </Button>
  )
}

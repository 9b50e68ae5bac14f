import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../app/api.ts'
import { DateField, SwitchField } from '../../../ui/fields.tsx'
import type { FormErrors } from '../../../ui/form-errors.ts'
import { FormDialog } from '../../../ui/FormDialog.tsx'
import { useStartedJob } from '../../jobs/job-queries.ts'
import { addDays, dayOf, type Range } from '../ranges.ts'

interface StartRecountProps {
  readonly range: Range
  onStarted(jobId: string): void
  onClose(): void
}

/** The server compares at most so many days at once. */
const MOST_DAYS = 92

/** Compares call by call with LiteLLM's logs, as a job. */
export function StartRecount({ range, onStarted, onClose }: StartRecountProps) {
  const { t } = useTranslation('usage')
  const queries = useQueryClient()
  const started = useStartedJob()
  const [from, setFrom] = useState(range.from)
  const [to, setTo] = useState(range.to)
  const [apply, setApply] = useState(false)
  const isPossible = from !== '' && to !== '' && from <= to && addDays(from, MOST_DAYS - 1) >= to
  const today = dayOf(new Date())
  return (
    <FormDialog
      title={t('recount.start')}
      description={t('recount.explain')}
      act={t('recount.act')}
      check={(): FormErrors => (isPossible ? {} : { to: t('range.impossible', { count: MOST_DAYS }) })}
      onSubmit={async () => {
        const { data } = await api.startUsageRecount({ body: { from, to, apply } })
        started(data)
        onStarted(data.id)
        await queries.invalidateQueries({ queryKey: ['jobs', 'recounts'] })
      }}
      onClose={onClose}
    >
      <DateField
        name="from"
        label={t('recount.from')}
        value={from}
        onChange={setFrom}
        max={today}
        isRequired
      />
      <DateField name="to" label={t('recount.to')} value={to} onChange={setTo} max={today} isRequired />
      <SwitchField
        name="apply"
        label={t('recount.apply')}
        hint={t('recount.applyHint')}
        value={apply}
        onChange={setApply}
      />
    </FormDialog>
  )
}

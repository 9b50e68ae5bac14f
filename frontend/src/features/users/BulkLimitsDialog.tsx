import { Checkbox, HelperText, HelperTextItem } from '@patternfly/react-core'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Arguments, Success } from '@litemaas/client'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { useReason } from '../../app/use-reason.tsx'
import { MoneyField, NumberField } from '../../ui/fields.tsx'
import { useFieldError } from '../../ui/form-errors.ts'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useStartedJob } from '../jobs/job-queries.ts'
import { WindowField } from '../people/BudgetFields.tsx'
import { BulkLimitsPreview } from './BulkLimitsPreview.tsx'
import { bulkLimitsOf, nothingChosen, type BulkLimits, type BulkLimitsDraft } from './bulk-limits.ts'

type Body = Arguments<'setLimitsOfUsers'>['body']
export type Preview = Extract<Success<'setLimitsOfUsers'>['data'], { results: unknown }>
type Answer = Success<'setLimitsOfUsers'>['data']

const isPreview = (answer: Answer): answer is Preview => 'results' in answer

interface BulkLimitsDialogProps {
  /** Chosen in the list; none: everybody whom the filter fits. */
  readonly userIds: readonly string[]
  readonly filter: { readonly role: string | undefined; readonly teamId: string | undefined }
  onDone(): void
  onClose(): void
}

/** The same limits for many: what is chosen changes, the rest stays; shown first, then done as a job. */
export function BulkLimitsDialog({ userIds, filter, onDone, onClose }: BulkLimitsDialogProps) {
  const { t } = useTranslation(['users', 'common'])
  const { say } = useToasts()
  const started = useStartedJob()
  const scope = useScope()
  const reason = useReason(scope.target())
  const [draft, setDraft] = useState<BulkLimitsDraft>(nothingChosen)
  const [preview, setPreview] = useState<Preview>()
  const limits = bulkLimitsOf(draft)
  const whom = userIds.length > 0 ? { userIds: [...userIds] } : { filter: filterOf(filter) }
  const body: Body = { ...whom, limits }
  const look = async () => {
    const { data } = await api.setLimitsOfUsers({ query: reason.query, body: { ...body, dryRun: true } })
    if (isPreview(data)) setPreview(data)
  }
  const act = async () => {
    const { data } = await api.setLimitsOfUsers({ query: reason.query, body })
    if (!isPreview(data)) started(data)
    say(t('bulk.started'), 'info')
    onDone()
    onClose()
  }
  if (preview)
    return (
      <BulkLimitsPreview
        preview={preview}
        limits={limits}
        onConfirm={act}
        onBack={() => setPreview(undefined)}
      />
    )
  const isEmpty = Object.keys(limits).length === 0
  return (
    <FormDialog
      title={t('bulk.title')}
      description={userIds.length > 0 ? t('bulk.ofSome', { count: userIds.length }) : t('bulk.ofFilter')}
      act={t('bulk.preview')}
      staysOpen
      check={() => ({ ...reason.errors, ...(isEmpty ? { [NOTHING]: t('bulk.nothing') } : {}) })}
      onSubmit={look}
      onClose={onClose}
    >
      {userIds.length === 0 && (filter.role !== undefined || filter.teamId !== undefined) && (
        <p>{t('bulk.filterHint')}</p>
      )}
      <DraftFields draft={draft} onChange={setDraft} />
      <NothingChosen />
      {reason.field}
    </FormDialog>
  )
}

/** Not a field, but a complaint about all of them. */
const NOTHING = 'limits'

function NothingChosen() {
  const error = useFieldError(NOTHING)
  if (error === undefined) return null
  return (
    <HelperText isLiveRegion>
      <HelperTextItem variant="error">{error}</HelperTextItem>
    </HelperText>
  )
}

function filterOf({ role, teamId }: BulkLimitsDialogProps['filter']): NonNullable<Body['filter']> {
  const known = (['admin', 'manager', 'member', 'viewer'] as const).find((one) => one === role)
  return { ...(known ? { role: known } : {}), ...(teamId === undefined ? {} : { teamId }) }
}

function DraftFields({
  draft,
  onChange,
}: {
  draft: BulkLimitsDraft
  onChange(draft: BulkLimitsDraft): void
}) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const rates = [
    ['rpmLimit', t('people:limit.rpm'), t('people:limit.rpmUnit')],
    ['tpmLimit', t('people:limit.tpm'), t('people:limit.tpmUnit')],
    ['maxParallelRequests', t('people:limit.parallel'), t('people:limit.parallelUnit')],
  ] as const
  const choose = (name: keyof BulkLimits, is: boolean) =>
    onChange({ ...draft, chosen: { ...draft.chosen, [name]: is } })
  return (
    <>
      {rates.map(([name, label, unit]) => (
        <Choosable key={name} label={label} isChosen={draft.chosen[name]} onChoose={(is) => choose(name, is)}>
          <NumberField
            name={name}
            label={label}
            unit={unit}
            placeholder={t('common:state.unlimited')}
            value={draft.limits[name]}
            onChange={(value) => onChange({ ...draft, limits: { ...draft.limits, [name]: value } })}
          />
        </Choosable>
      ))}
      <Choosable
        label={t('people:budget.title')}
        isChosen={draft.chosen.maxBudget}
        onChoose={(is) => choose('maxBudget', is)}
      >
        <MoneyField
          name="maxBudget"
          label={t('people:budget.limit')}
          placeholder={t('common:state.unlimited')}
          value={draft.limits.maxBudget}
          onChange={(maxBudget) => onChange({ ...draft, limits: { ...draft.limits, maxBudget } })}
        />
        <WindowField
          name="budgetDuration"
          windows={['1d', '7d', '1mo', 'never']}
          value={draft.window}
          onChange={(window) => onChange({ ...draft, window })}
        />
      </Choosable>
    </>
  )
}

interface ChoosableProps {
  readonly label: string
  readonly isChosen: boolean
  onChoose(isChosen: boolean): void
  readonly children: ReactNode
}

/** What is not chosen stays as it is for everybody. */
function Choosable({ label, isChosen, onChoose, children }: ChoosableProps) {
  const id = useId()
  return (
    <>
      <Checkbox id={id} label={label} isChecked={isChosen} onChange={(_event, is) => onChoose(is)} />
      {isChosen && children}
    </>
  )
}

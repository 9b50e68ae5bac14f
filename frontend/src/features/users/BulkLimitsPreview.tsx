import { Alert, Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { windowOf } from '../people/budget-queries.ts'
import type { Preview } from './BulkLimitsDialog.tsx'

type Result = Preview['results'][number]
type LimitName = keyof Result['after']

interface BulkLimitsPreviewProps {
  readonly preview: Preview
  /** What is going to be set. */
  readonly limits: Partial<Record<LimitName, unknown>>
  onConfirm(): Promise<void>
  onBack(): void
}

const MOST_ROWS = 50

/** Whose limits would change, from what to what. */
export function BulkLimitsPreview({ preview, limits, onConfirm, onBack }: BulkLimitsPreviewProps) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const say = useLimitText()
  const shown = preview.results.filter((one) => one.outcome !== 'unchanged')
  const labels: Readonly<Record<LimitName, string>> = {
    rpmLimit: t('people:limit.rpm'),
    tpmLimit: t('people:limit.tpm'),
    maxParallelRequests: t('people:limit.parallel'),
    maxBudget: t('people:budget.limit'),
    budgetDuration: t('people:budget.window'),
  }
  const names = (Object.keys(labels) as LimitName[]).filter((name) => name in limits)
  const columns: ReadonlyArray<Column<Result>> = [
    { key: 'person', title: t('column.person'), render: (one) => one.username },
    ...names.map((name): Column<Result> => ({
      key: name,
      title: labels[name],
      render: (one) =>
        one.outcome === 'refused'
          ? '–'
          : t('bulk.change', { before: say(name, one.before), after: say(name, one.after) }),
    })),
    { key: 'outcome', title: t('bulk.outcomeTitle'), render: (one) => t(`bulk.outcome.${one.outcome}`) },
  ]
  const isNothing = preview.changed === 0
  return (
    <FormDialog
      title={t('bulk.previewTitle')}
      size="large"
      act={isNothing ? t('common:act.back') : t('bulk.act', { count: preview.changed })}
      staysOpen
      onSubmit={isNothing ? () => Promise.resolve(onBack()) : onConfirm}
      onClose={onBack}
    >
      <Content component="p">
        {t('bulk.changed', { count: preview.changed })} {t('bulk.unchanged', { count: preview.unchanged })}
      </Content>
      {preview.refused > 0 && (
        <Alert
          variant="warning"
          isInline
          isPlain
          component="p"
          title={t('bulk.refused', { count: preview.refused })}
        />
      )}
      {shown.length > 0 && (
        <DataTable
          label={t('bulk.previewTitle')}
          columns={columns}
          rows={shown.slice(0, MOST_ROWS)}
          idOf={(one) => one.userId}
        />
      )}
      {shown.length > MOST_ROWS && (
        <Content component="small">{t('bulk.more', { count: shown.length - MOST_ROWS })}</Content>
      )}
    </FormDialog>
  )
}

function useLimitText() {
  const { t } = useTranslation(['people', 'common'])
  const { money, number } = useFormats()
  return (name: LimitName, limits: Result['after']): string => {
    if (name === 'budgetDuration') return t(`people:budgetWindow.${windowOf(limits.budgetDuration)}`)
    const value = limits[name]
    if (value === null) return t('common:state.unlimited')
    return name === 'maxBudget' ? money(value) : number(value)
  }
}

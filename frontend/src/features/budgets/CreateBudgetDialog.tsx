import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useReason } from '../../app/use-reason.tsx'
import { SelectField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { Typeahead, type Choice } from '../../ui/Typeahead.tsx'
import { BudgetFields, type BudgetDraft } from '../people/BudgetFields.tsx'
import { durationOf } from '../people/budget-queries.ts'

const levels = ['user', 'team', 'organization', 'platform'] as const
type Level = (typeof levels)[number]

const FOUND = 10

/** A first limit for somebody; budgets of keys are made with the key. */
export function CreateBudgetDialog({ first, onClose }: { first: Level; onClose: () => void }) {
  const { t } = useTranslation(['budgets', 'common'])
  const queries = useQueryClient()
  const { say } = useToasts()
  const scope = useScope()
  const { isPlatformAdmin } = useSession()
  const [level, setLevel] = useState<Level>(first)
  const [subject, setSubject] = useState<Choice | null>(null)
  const [draft, setDraft] = useState<BudgetDraft>({ limit: null, softLimit: null, window: '1mo' })
  const isAbove = level === 'platform'
  const own = scope.target()
  const reason = useReason(isAbove ? { needsReason: false, query: () => ({}) } : own)
  const needsSubject = level === 'user' || level === 'team'
  const send = async () => {
    const { limit, softLimit, window } = draft
    await api.createBudget({
      query: reason.query,
      body: {
        level,
        limit,
        softLimit,
        duration: durationOf(window),
        ...(needsSubject && subject ? { subjectId: subject.value } : {}),
      },
    })
    say(t('created'))
    await queries.invalidateQueries({ queryKey: ['budgets'] })
  }
  return (
    <FormDialog
      title={t('createTitle')}
      description={t('createText')}
      act={t('create')}
      size="small"
      check={() => ({
        ...reason.errors,
        ...(needsSubject && !subject ? { subjectId: t('subjectMissing') } : {}),
        ...(draft.limit === null ? { limit: t('limitMissing') } : {}),
      })}
      onSubmit={send}
      onClose={onClose}
    >
      <SelectField
        name="level"
        label={t('whose')}
        value={level}
        onChange={(value) => {
          setLevel(levels.find((one) => one === value) ?? 'user')
          setSubject(null)
        }}
        options={levels
          .filter((one) => isPlatformAdmin || one === 'user' || one === 'team')
          .map((value) => ({ value, label: t(`level.${value}`) }))}
      />
      {needsSubject && (
        <Typeahead
          key={level}
          name="subjectId"
          label={t(`level.${level}`)}
          isRequired
          queryKey={['budgets', 'subjects', level, own.query()]}
          search={(text) => findSubjects(level, text, own.query())}
          value={subject}
          onChange={setSubject}
        />
      )}
      <BudgetFields value={draft} onChange={setDraft} />
      {reason.field}
    </FormDialog>
  )
}

async function findSubjects(
  level: 'user' | 'team',
  text: string,
  read: { organizationId?: string },
): Promise<readonly Choice[]> {
  const query = { ...read, limit: FOUND, ...(text === '' ? {} : { search: text }) }
  if (level === 'team') {
    const { data } = await api.listTeams({ query })
    return data.map(({ id, name }) => ({ value: id, label: name }))
  }
  const { data } = await api.listUsers({ query })
  return data.map(({ id, displayName, email, username }) => ({
    value: id,
    label: displayName,
    description: email ?? username,
  }))
}

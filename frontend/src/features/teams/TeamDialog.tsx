import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useReason } from '../../app/use-reason.tsx'
import { SwitchField, TextAreaField, TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { MultiTypeahead, type Choice } from '../../ui/Typeahead.tsx'
import { LimitFields } from '../people/LimitFields.tsx'
import { changesOf, limitsOf, noLimits } from '../people/limits.ts'
import { searchMembers } from '../people/member-choices.ts'
import { useModelChoices } from '../people/model-choices.ts'
import { useChangedTeams, type Team } from './team-queries.ts'

interface TeamDialogProps {
  /** None: a new one. */
  readonly team?: Team
  readonly target: ActTarget
  onDone?(team: Team): void
  onClose(): void
}

const bodyOf = (team: Team | undefined) => ({
  name: team?.name ?? '',
  description: team?.description ?? '',
  allowedModelIds: team?.allowedModelIds ?? [],
  ...(team ? limitsOf(team) : noLimits),
})

/** Name, models and limits of a team; a new one also gets its administrators. */
export function TeamDialog({ team, target, onDone, onClose }: TeamDialogProps) {
  const { t } = useTranslation(['teams', 'people', 'common'])
  const changed = useChangedTeams()
  const { say } = useToasts()
  const reason = useReason(target)
  const models = useModelChoices()
  const [draft, setDraft] = useState(() => bodyOf(team))
  const [isAll, setIsAll] = useState(team?.allowsAllModels ?? false)
  const [administrators, setAdministrators] = useState<readonly Choice[]>([])
  const name = draft.name.trim()
  const send = async () => {
    const body = { ...draft, name, allowedModelIds: isAll ? [] : draft.allowedModelIds }
    const { data } = team
      ? await api.updateTeam(
          { path: { id: team.id }, query: reason.query, body: changesOf(bodyOf(team), body) },
          { ifMatch: team.version },
        )
      : await api.createTeam({
          query: reason.query,
          body: { ...body, administratorIds: administrators.map((one) => one.value) },
        })
    await changed()
    say(t(team ? 'edit.done' : 'create.done', { name }))
    onDone?.(data)
  }
  return (
    <FormDialog
      title={team ? t('edit.title', { name: team.name }) : t('create.title')}
      act={team ? t('common:act.save') : t('create.act')}
      check={() => ({
        ...reason.errors,
        ...(name === '' ? { name: t('form.nameMissing') } : {}),
        ...(team?.isDefault === true && !isAll && draft.allowedModelIds.length === 0
          ? { allowedModelIds: t('form.modelsMissing') }
          : {}),
      })}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t('form.name')}
        value={draft.name}
        onChange={(next) => setDraft({ ...draft, name: next })}
        maxLength={200}
        isRequired
      />
      <TextAreaField
        name="description"
        label={t('form.description')}
        value={draft.description}
        onChange={(description) => setDraft({ ...draft, description })}
        maxLength={1000}
        rows={2}
      />
      {!team && (
        <MultiTypeahead
          name="administratorIds"
          label={t('form.administrators')}
          hint={t('form.administratorsHint')}
          queryKey={['members', 'choices', target.query()]}
          search={searchMembers(target.query())}
          values={administrators}
          onChange={setAdministrators}
        />
      )}
      {team?.isDefault === true && (
        <SwitchField name="allModels" label={t('form.allModels')} value={isAll} onChange={setIsAll} />
      )}
      {!isAll && (
        <MultiTypeahead
          name="allowedModelIds"
          label={t('form.models')}
          hint={t(team ? 'form.modelsHintEdit' : 'form.modelsHint')}
          queryKey={['models', 'team-choices']}
          search={models.search}
          values={draft.allowedModelIds.map(models.choiceOf)}
          onChange={(chosen) => setDraft({ ...draft, allowedModelIds: chosen.map((one) => one.value) })}
        />
      )}
      <LimitFields value={limitsOf(draft)} onChange={(limits) => setDraft({ ...draft, ...limits })} />
      {reason.field}
    </FormDialog>
  )
}

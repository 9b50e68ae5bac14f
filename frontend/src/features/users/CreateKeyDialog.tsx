import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useReason } from '../../app/use-reason.tsx'
import { CopyOnce } from '../../ui/CopyOnce.tsx'
import { DateField, MoneyField, SelectField, TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { MultiTypeahead, type Choice } from '../../ui/Typeahead.tsx'
import { durationOf, type BudgetWindow } from '../people/budget-queries.ts'
import { WindowField } from '../people/BudgetFields.tsx'
import { matches } from '../people/model-choices.ts'
import { useChangedPeople, userSubscriptionsQuery, type UserDetail } from './user-queries.ts'
import { useUserTarget } from './use-user-target.ts'

interface CreateKeyDialogProps {
  readonly user: UserDetail
  onClose(): void
}

/** A key for somebody else; who makes it hands it over. */
export function CreateKeyDialog({ user, onClose }: CreateKeyDialogProps) {
  const { t } = useTranslation(['users', 'people', 'common'])
  const changed = useChangedPeople()
  const { organizationId, target } = useUserTarget(user)
  const reason = useReason(target)
  const search = useSubscribedModels(user, target.query())
  const [name, setName] = useState('')
  const [models, setModels] = useState<readonly Choice[]>([])
  const [teamId, setTeamId] = useState('')
  const [maxBudget, setMaxBudget] = useState<number | null>(null)
  const [window, setWindow] = useState<BudgetWindow>('1mo')
  const [expires, setExpires] = useState('')
  const [secret, setSecret] = useState<string>()
  const teams = user.teams.filter((team) => team.organizationId === organizationId)
  const check = () => ({
    ...reason.errors,
    ...(name.trim() === '' ? { name: t('key.nameMissing') } : {}),
    ...(models.length === 0 ? { modelIds: t('key.modelsMissing') } : {}),
  })
  const send = async () => {
    const { data } = await api.createApiKeyForUser({
      query: reason.query,
      body: {
        userId: user.id,
        name: name.trim(),
        modelIds: models.map((model) => model.value),
        ...(teamId === '' ? {} : { teamId }),
        ...(maxBudget === null ? {} : { maxBudget, budgetDuration: durationOf(window) }),
        ...(expires === '' ? {} : { expiresAt: `${expires}T23:59:59Z` }),
      },
    })
    await changed('api-keys')
    if (data.key === null) onClose()
    else setSecret(data.key)
  }
  if (secret !== undefined) return <MadeKey secret={secret} name={user.displayName} onClose={onClose} />
  return (
    <FormDialog
      title={t('key.createTitle', { name: user.displayName })}
      description={t('key.createText')}
      act={t('key.create')}
      staysOpen
      check={check}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t('key.name')}
        hint={t('key.nameHint')}
        value={name}
        onChange={setName}
        maxLength={100}
        isRequired
      />
      <MultiTypeahead
        name="modelIds"
        label={t('column.models')}
        hint={t('key.modelsHint')}
        queryKey={['subscriptions', 'models-of', user.id]}
        search={search}
        values={models}
        onChange={setModels}
        isRequired
      />
      {teams.length > 0 && (
        <SelectField
          name="teamId"
          label={t('column.team')}
          hint={t('key.teamHint')}
          value={teamId}
          onChange={setTeamId}
          options={[
            { value: '', label: t('key.noTeam') },
            ...teams.map((team) => ({ value: team.id, label: team.name })),
          ]}
        />
      )}
      <MoneyField
        name="maxBudget"
        label={t('people:budget.limit')}
        placeholder={t('common:state.unlimited')}
        value={maxBudget}
        onChange={setMaxBudget}
      />
      {maxBudget !== null && <WindowField name="budgetDuration" value={window} onChange={setWindow} />}
      <DateField
        name="expiresAt"
        label={t('key.expires')}
        hint={t('key.expiresHint')}
        value={expires}
        onChange={setExpires}
      />
      {reason.field}
    </FormDialog>
  )
}

/** Models that somebody has active subscriptions to: a key can have no others. */
function useSubscribedModels(user: UserDetail, read: { organizationId?: string }) {
  const queries = useQueryClient()
  return async (text: string): Promise<readonly Choice[]> => {
    const query = { userId: user.id, status: 'active' as const, limit: 100, ...read }
    const { data } = await queries.ensureQueryData(userSubscriptionsQuery(query))
    return data
      .filter((one) => matches(text, one.modelName))
      .map((one) => ({ value: one.modelId, label: one.modelName }))
  }
}

function MadeKey({ secret, name, onClose }: { secret: string; name: string; onClose(): void }) {
  const { t } = useTranslation(['users', 'common'])
  const id = useId()
  return (
    <Modal isOpen variant="medium" aria-labelledby={id}>
      <ModalHeader title={t('key.madeTitle')} labelId={id} description={t('key.madeText', { name })} />
      <ModalBody>
        <CopyOnce label={t('column.key')} secret={secret} />
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('common:act.close')}</Button>
      </ModalFooter>
    </Modal>
  )
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { DateField, SelectField, TextAreaField } from '../../ui/fields.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { Typeahead, type Choice } from '../../ui/Typeahead.tsx'

const SHORTEST = 3
const SHOWN = 20

/** A model for somebody who has not asked. */
export function GrantDialog({ onDone, onClose }: { onDone(): void; onClose(): void }) {
  const { t } = useTranslation('requests')
  const { say } = useToasts()
  const { user, organization } = useSession()
  const scope = useScope()
  const queries = useQueryClient()
  const [where, setWhere] = useState(
    scope.choice === undefined || scope.isAll ? (organization?.id ?? '') : scope.choice,
  )
  const [person, setPerson] = useState<Choice | null>(null)
  const [model, setModel] = useState<Choice | null>(null)
  const [why, setWhy] = useState('')
  const [until, setUntil] = useState('')
  const target = scope.target(where)
  const reason = why.trim()
  const check = () => ({
    ...(person === null ? { userId: t('grant.personMissing') } : {}),
    ...(model === null ? { modelId: t('grant.modelMissing') } : {}),
    ...(reason.length < SHORTEST ? { reason: t('common:error.reasonMissing') } : {}),
  })
  const submit = async () => {
    await api.grantSubscription({
      query: target.query(reason.slice(0, 500)),
      body: {
        userId: person?.value ?? '',
        modelId: model?.value ?? '',
        reason,
        ...(until === '' ? {} : { expiresAt: `${until}T23:59:59Z` }),
      },
    })
    say(t('done.grant', { person: person?.label ?? '', model: model?.label ?? '' }))
    await queries.invalidateQueries({ queryKey: ['requests'] })
    onDone()
  }
  return (
    <FormDialog
      title={t('grant.title')}
      description={t('grant.text')}
      act={t('act.grant')}
      check={check}
      onSubmit={submit}
      onClose={onClose}
    >
      {scope.isAll && scope.names !== undefined && (
        <SelectField
          name="organizationId"
          label={t('grant.organization')}
          value={where}
          onChange={(next) => {
            setWhere(next)
            setPerson(null)
          }}
          options={[...scope.names].map(([value, label]) => ({ value, label }))}
        />
      )}
      <Typeahead
        name="userId"
        label={t('grant.person')}
        isRequired
        queryKey={['members', 'choices', where]}
        value={person}
        onChange={setPerson}
        search={async (search) => {
          const { data } = await api.listMembers({
            query: {
              ...target.query(),
              status: 'active',
              limit: SHOWN,
              ...(search === '' ? {} : { search }),
            },
          })
          return data.map(({ userId, displayName, username }) => ({
            value: userId,
            label: displayName,
            description: username,
            // Nobody gives themselves a model.
            isDisabled: userId === user.id,
          }))
        }}
      />
      <Typeahead
        name="modelId"
        label={t('grant.model')}
        isRequired
        queryKey={['models', 'choices']}
        value={model}
        onChange={setModel}
        search={async (search) => {
          const { data } = await api.listModels({
            query: { availability: 'available', limit: SHOWN, ...(search === '' ? {} : { search }) },
          })
          return data.map(({ id, name, isRestricted }) => ({
            value: id,
            label: name,
            ...(isRestricted ? { description: t('restricted') } : {}),
          }))
        }}
      />
      <TextAreaField
        name="reason"
        label={t('ask.reason')}
        hint={target.needsReason ? t('ask.reasonElsewhere') : t('ask.reasonHint')}
        value={why}
        onChange={setWhy}
        maxLength={target.needsReason ? 500 : 1000}
        isRequired
      />
      <DateField
        name="expiresAt"
        label={t('ask.until')}
        hint={t('ask.untilHint')}
        value={until}
        onChange={setUntil}
        min={new Date().toISOString().slice(0, 10)}
      />
    </FormDialog>
  )
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { DateField, TextAreaField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { Typeahead, type Choice } from '../../ui/Typeahead.tsx'
import { useModelChoices } from '../people/model-choices.ts'
import { useChangedPeople, type UserDetail } from './user-queries.ts'
import { useUserTarget } from './use-user-target.ts'

interface GrantDialogProps {
  readonly user: UserDetail
  onClose(): void
}

/** A subscription without a request: at once, also to a restricted model. */
export function GrantDialog({ user, onClose }: GrantDialogProps) {
  const { t } = useTranslation(['users', 'common'])
  const changed = useChangedPeople()
  const { say } = useToasts()
  const { target } = useUserTarget(user)
  const { search } = useModelChoices()
  const [model, setModel] = useState<Choice | null>(null)
  const [expires, setExpires] = useState('')
  const [reason, setReason] = useState('')
  const check = () => ({
    ...(model === null ? { modelId: t('grant.modelMissing') } : {}),
    ...(reason.trim().length < 3 ? { reason: t('common:error.reasonMissing') } : {}),
  })
  const send = async () => {
    if (model === null) return
    const why = reason.trim()
    await api.grantSubscription({
      query: target.query(why),
      body: {
        userId: user.id,
        modelId: model.value,
        reason: why,
        ...(expires === '' ? {} : { expiresAt: `${expires}T23:59:59Z` }),
      },
    })
    await changed('subscriptions', 'requests')
    say(t('grant.done', { model: model.label, name: user.displayName }))
  }
  return (
    <FormDialog
      title={t('grant.title', { name: user.displayName })}
      description={t('grant.text')}
      act={t('grant.act')}
      size="small"
      check={check}
      onSubmit={send}
      onClose={onClose}
    >
      <Typeahead
        name="modelId"
        label={t('column.model')}
        queryKey={['models', 'grant']}
        search={search}
        value={model}
        onChange={setModel}
        isRequired
      />
      <DateField
        name="expiresAt"
        label={t('grant.expires')}
        hint={t('grant.expiresHint')}
        value={expires}
        onChange={setExpires}
      />
      <TextAreaField
        name="reason"
        label={t('subscription.reason')}
        value={reason}
        onChange={setReason}
        maxLength={500}
        rows={2}
        isRequired
      />
    </FormDialog>
  )
}

import { Alert, Label, LabelGroup } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { TextAreaField } from '../../ui/fields.tsx'
import { useAskingAgain, useSubscribing } from './subscription-queries.ts'

export interface Wanted {
  readonly id: string
  readonly name: string
  readonly isRestricted: boolean
}

interface RequestAccessDialogProps {
  readonly models: readonly Wanted[]
  /** The denied subscription that is asked for again. */
  readonly again?: { readonly id: string; readonly decisionReason?: string | null }
  onClose(): void
  /** Told when it was sent. */
  onDone?(): void
}

/** What reviewers read before they decide. */
export function RequestAccessDialog({ models, again, onClose, onDone }: RequestAccessDialogProps) {
  const { t } = useTranslation('subscriptions')
  const [why, setWhy] = useState('')
  const subscribe = useSubscribing()
  const askAgain = useAskingAgain()
  const restricted = models.filter((model) => model.isRestricted)
  const name = models[0]?.name ?? ''
  const reason = why.trim()
  const submit = async () => {
    if (again === undefined) await subscribe.mutateAsync({ models, reason })
    else await askAgain.mutateAsync({ id: again.id, reason })
    onDone?.()
  }
  return (
    <FormDialog
      title={
        models.length > 1
          ? t('request.titleMany', { count: models.length })
          : again === undefined
            ? t('request.title', { model: name })
            : t('request.titleAgain', { model: name })
      }
      description={
        models.length === 1
          ? t('request.text')
          : restricted.length === 0
            ? t('request.textOpen')
            : t('request.textMany', {
                count: restricted.length,
                names: restricted.map((model) => model.name).join(', '),
              })
      }
      act={models.length > 1 ? t('act.subscribe') : t('act.send')}
      onSubmit={submit}
      onClose={onClose}
    >
      {models.length > 1 && (
        <LabelGroup numLabels={10} aria-label={t('column.model')}>
          {models.map(({ id, name: one }) => (
            <Label key={id} variant="outline">
              {one}
            </Label>
          ))}
        </LabelGroup>
      )}
      {typeof again?.decisionReason === 'string' && (
        <Alert variant="warning" isInline isPlain component="p" title={t('request.deniedBecause')}>
          {t('history.quote', { text: again.decisionReason })}
        </Alert>
      )}
      {restricted.length > 0 && (
        <TextAreaField
          name="reason"
          label={t('request.why')}
          hint={t('request.whyHint')}
          value={why}
          onChange={setWhy}
          maxLength={1000}
          rows={4}
        />
      )}
    </FormDialog>
  )
}

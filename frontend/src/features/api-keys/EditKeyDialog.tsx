import { Alert, Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { changesOf } from '../people/limits.ts'
import { changeOf, complaintsAbout, draftOf } from './key-form.ts'
import { KeyFields } from './KeyFields.tsx'
import { keyRulesQuery } from './key-queries.ts'
import { searchModelsOf, searchMyModels } from './model-choices.ts'
import type { AnyKey, KeyDesk } from './use-key-desk.ts'
import { useChoiceWords, useComplaintWords } from './use-key-words.ts'

interface EditKeyDialogProps {
  readonly apiKey: AnyKey
  readonly desk: KeyDesk
  onClose(): void
}

/** Changes a key. What is typed survives whatever happens to the key meanwhile. */
export function EditKeyDialog({ apiKey, desk, onClose }: EditKeyDialogProps) {
  const { t } = useTranslation(['api-keys', 'common'])
  const { say } = useToasts()
  const words = useComplaintWords()
  const choiceWords = useChoiceWords()
  const scope = useScope()
  const { data: rules } = useQuery(keyRulesQuery)
  const [base, setBase] = useState(apiKey)
  const [draft, setDraft] = useState(() => draftOf(apiKey))
  const [isStale, setIsStale] = useState(false)
  if (!rules) return null
  const save = async (reason: string) => {
    const change = changeOf(draftOf(base), draft)
    if (change === undefined) return onClose()
    try {
      await desk.update(base, change, reason)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'VERSION_CONFLICT') throw error
      return setIsStale(true)
    }
    say(t('said.saved', { name: draft.name }))
    onClose()
  }
  const catchUp = async () => {
    const fresh = await desk.read(base)
    setDraft({ ...draftOf(fresh), ...changesOf(draftOf(base), draft) })
    setBase(fresh)
    setIsStale(false)
  }
  const { userId, organizationId } = base
  const read = scope.target(organizationId).query()
  return (
    <FormDialog
      title={t('edit.title', { name: apiKey.name })}
      act={t('common:act.save')}
      check={() => complaintsAbout(draft, words, { isNew: false })}
      reason={
        desk.needsReason(base)
          ? { label: t('common:scope.reason'), hint: t('common:scope.reasonHint') }
          : undefined
      }
      staysOpen
      onSubmit={save}
      onClose={onClose}
    >
      {isStale && (
        <Alert
          variant="warning"
          isInline
          component="p"
          title={t('edit.stale')}
          actionLinks={
            <Button variant="link" isInline onClick={() => void catchUp()}>
              {t('edit.catchUp')}
            </Button>
          }
        />
      )}
      {desk.isAdmin && <Alert variant="info" isInline isPlain component="p" title={t('edit.binds')} />}
      <KeyFields
        draft={draft}
        onChange={setDraft}
        rules={rules}
        {...(desk.isAdmin ? {} : { adminLimits: base.adminLimits })}
        hasTeams={!desk.isAdmin}
        isOpen
        choicesKey={['models', 'for-keys', userId ?? 'me']}
        searchModels={(text) =>
          desk.isAdmin && userId !== undefined
            ? searchModelsOf(userId, text, read)
            : searchMyModels(text, choiceWords).then((all) => all.filter((one) => !one.needsSubscription))
        }
        modelsHint={desk.isAdmin ? t('edit.modelsHintOther') : t('edit.modelsHint')}
      />
    </FormDialog>
  )
}

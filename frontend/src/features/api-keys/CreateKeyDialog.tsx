import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { complaintsAbout, creationOf, emptyDraft, type ChosenModel } from './key-form.ts'
import { KeyFields } from './KeyFields.tsx'
import { useStaleKeys, type ApiKey, type KeyRules } from './key-queries.ts'
import { searchMyModels } from './model-choices.ts'
import { SecretDialog } from './SecretDialog.tsx'
import { useChoiceWords, useComplaintWords } from './use-key-words.ts'

interface CreateKeyDialogProps {
  readonly rules: KeyRules
  /** A name that does until somebody finds a better one. */
  readonly name: string
  /** Chosen already, because somebody comes from a model. */
  readonly models?: readonly ChosenModel[]
  onClose(): void
}

interface Made {
  readonly apiKey: ApiKey
  readonly secret: string
}

/** A new key of one's own: a name, its models, and the secret, once. Open models are subscribed to on the way. */
export function CreateKeyDialog({ rules, name, models = [], onClose }: CreateKeyDialogProps) {
  const { t } = useTranslation('api-keys')
  const words = useComplaintWords()
  const choiceWords = useChoiceWords()
  const stale = useStaleKeys()
  const [initial] = useState(() => emptyDraft(name, rules, models))
  const [draft, setDraft] = useState(initial)
  const [made, setMade] = useState<Made>()
  if (made) return <SecretDialog apiKey={made.apiKey} secret={made.secret} isNew onClose={onClose} />
  const create = async () => {
    const missing = draft.models.filter((one) => one.needsSubscription === true).map(({ id }) => id)
    if (missing.length > 0) {
      await api.createSubscription({ body: { modelIds: missing } })
      // Should the key be refused now, they are not subscribed to again.
      setDraft((now) => ({ ...now, models: now.models.map(({ id, name: model }) => ({ id, name: model })) }))
    }
    const { data } = await api.createApiKey({ body: creationOf(initial, draft) })
    const { key, ...apiKey } = data
    setMade({ apiKey, secret: key ?? '' })
    void stale()
  }
  return (
    <FormDialog
      title={t('create.title')}
      description={t('create.text')}
      act={t('create.act')}
      check={() => complaintsAbout(draft, words, { isNew: true })}
      staysOpen
      onSubmit={create}
      onClose={onClose}
    >
      <KeyFields
        draft={draft}
        onChange={setDraft}
        rules={rules}
        hasTeams
        choicesKey={['models', 'for-keys']}
        searchModels={(text) => searchMyModels(text, choiceWords)}
        modelsHint={<Trans t={t} i18nKey="field.modelsHint" components={{ a: <Link to="/models" /> }} />}
      />
    </FormDialog>
  )
}

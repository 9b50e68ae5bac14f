import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useScope } from '../../app/scope.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { Typeahead, type Choice } from '../../ui/Typeahead.tsx'
import { complaintsAbout, creationOf, emptyDraft, type KeyDraft } from './key-form.ts'
import { KeyFields } from './KeyFields.tsx'
import { keyRulesQuery, useStaleKeys, type ApiKey, type KeyRules } from './key-queries.ts'
import { searchModelsOf } from './model-choices.ts'
import { SecretDialog } from './SecretDialog.tsx'
import { usePeopleSearch } from './use-all-key-filters.tsx'
import { useComplaintWords } from './use-key-words.ts'

/** A key for somebody else; whoever makes it sees the secret and hands it over. */
export function CreateKeyForDialog({ onClose }: { onClose: () => void }) {
  const { data: rules } = useQuery(keyRulesQuery)
  return rules ? <Dialog rules={rules} onClose={onClose} /> : null
}

function Dialog({ rules, onClose }: { rules: KeyRules; onClose: () => void }) {
  const { t } = useTranslation(['api-keys', 'common'])
  const words = useComplaintWords()
  const stale = useStaleKeys()
  const scope = useScope()
  const searchPeople = usePeopleSearch()
  const [person, setPerson] = useState<Choice | null>(null)
  const [initial] = useState(() => emptyDraft('', rules))
  const [draft, setDraft] = useState<KeyDraft>(initial)
  const [made, setMade] = useState<{ apiKey: ApiKey; secret: string }>()
  if (made) return <SecretDialog apiKey={made.apiKey} secret={made.secret} isNew onClose={onClose} />
  const target = scope.target()
  const choosePerson = (choice: Choice | null) => {
    setPerson(choice)
    // Models are somebody's own.
    setDraft((now) => ({ ...now, models: [], modelLimits: [] }))
  }
  const create = async (reason: string) => {
    const body = { userId: person?.value ?? '', ...creationOf(initial, draft) }
    const { data } = await api.createApiKeyForUser({ query: target.query(reason), body })
    const { key, ...apiKey } = data
    setMade({ apiKey, secret: key ?? '' })
    void stale()
  }
  return (
    <FormDialog
      title={t('createFor.title')}
      description={t('createFor.text')}
      act={t('create.act')}
      check={() => ({
        ...(person === null ? { userId: t('wrong.person') } : {}),
        ...complaintsAbout(draft, words, { isNew: true }),
      })}
      reason={
        target.needsReason
          ? { label: t('common:scope.reason'), hint: t('common:scope.reasonHint') }
          : undefined
      }
      staysOpen
      onSubmit={create}
      onClose={onClose}
    >
      <Typeahead
        name="userId"
        label={t('createFor.person')}
        isRequired
        placeholder={t('createFor.personPlaceholder')}
        queryKey={['users', 'for-keys', scope.read]}
        search={searchPeople}
        value={person}
        onChange={choosePerson}
      />
      <KeyFields
        draft={draft}
        onChange={setDraft}
        rules={rules}
        hasTeams={false}
        choicesKey={['models', 'for-keys', person?.value]}
        searchModels={async (text) => (person === null ? [] : searchModelsOf(person.value, text, scope.read))}
        modelsHint={person === null ? t('createFor.personFirst') : t('edit.modelsHintOther')}
      />
    </FormDialog>
  )
}

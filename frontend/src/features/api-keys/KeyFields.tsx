import { ExpandableSection } from '@patternfly/react-core'
import { useContext, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/fields.tsx'
import { FormErrorsContext } from '../../ui/form-errors.ts'
import { MultiTypeahead } from '../../ui/Typeahead.tsx'
import type { KeyDraft } from './key-form.ts'
import { choiceOf, chosenOf, type ModelChoice } from './model-choices.ts'
import { MoreKeyFields, type MoreKeyFieldsProps } from './MoreKeyFields.tsx'

interface KeyFieldsProps extends MoreKeyFieldsProps {
  readonly modelsHint: React.ReactNode
  /** First words of the key under which found models are remembered. */
  readonly choicesKey: readonly unknown[]
  readonly isOpen?: boolean
  searchModels(text: string): Promise<readonly ModelChoice[]>
}

const FIRST = new Set(['name', 'modelIds'])

/** What everybody decides about a key, and below it what few people do. */
export function KeyFields({ modelsHint, choicesKey, searchModels, isOpen = false, ...more }: KeyFieldsProps) {
  const { t } = useTranslation('api-keys')
  const errors = useContext(FormErrorsContext)
  const [isExpanded, setIsExpanded] = useState(isOpen)
  const { draft, onChange } = more
  // A complaint that cannot be seen helps nobody.
  const isWrongBelow = Object.keys(errors).some((name) => !FIRST.has(name.split(/[/.]/)[0] ?? ''))
  const change = (part: Partial<KeyDraft>) => onChange({ ...draft, ...part })
  return (
    <>
      <TextField
        name="name"
        label={t('field.name')}
        hint={t('field.nameHint')}
        isRequired
        maxLength={100}
        value={draft.name}
        onChange={(name) => change({ name })}
      />
      <MultiTypeahead
        name="modelIds"
        label={t('field.models')}
        hint={modelsHint}
        isRequired
        placeholder={t('field.modelsPlaceholder')}
        queryKey={choicesKey}
        search={searchModels}
        values={draft.models.map(choiceOf)}
        onChange={(choices) => change({ models: choices.map(chosenOf) })}
      />
      <ExpandableSection
        toggleText={t('form.more')}
        isExpanded={isExpanded || isWrongBelow}
        onToggle={(_event, next) => setIsExpanded(next)}
        isIndented
      >
        <MoreKeyFields {...more} />
      </ExpandableSection>
    </>
  )
}

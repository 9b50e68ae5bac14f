import { ExpandableSection, FormSection } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useChangeModel, useCreateModel, type CatalogueModel } from './catalogue-queries.ts'
import { ConnectionTest } from './ConnectionTest.tsx'
import { changesOf, draftOf, emptyDraft, newModelOf, type ModelDraft } from './model-form.ts'
import { AbilityFields, LimitFields, PriceFields, UpstreamFields, WordFields } from './ModelFields.tsx'
import { isBalanced } from './model-state.ts'
import { trialOf } from './trial.ts'
import { useComplaints } from './use-complaints.ts'

interface ModelFormDialogProps {
  /** Edited; a new one without. */
  readonly model?: CatalogueModel
  onClose(): void
}

const advanced: ReadonlySet<string> = new Set([
  'rpmLimit',
  'tpmLimit',
  'timeoutSeconds',
  'maxRetries',
  'imageTokenCeiling',
  'displayOrder',
])

/** Makes a model, or changes one. The provider's key goes one way only: it is never read back. */
export function ModelFormDialog({ model, onClose }: ModelFormDialogProps) {
  const { t } = useTranslation('catalogue')
  const before = model && draftOf(model)
  const [draft, setDraft] = useState<ModelDraft>(before ?? emptyDraft)
  const [isOpen, setIsOpen] = useState(false)
  const complaints = useComplaints()
  const submit = useModelSubmit(model, draft)
  const check = () => {
    const found = complaints(draft, before)
    if (Object.keys(found).some((field) => advanced.has(field))) setIsOpen(true)
    return found
  }
  const fields = { draft, onChange: (change: Partial<ModelDraft>) => setDraft({ ...draft, ...change }) }
  const isElsewhere = model !== undefined && isBalanced(model)
  return (
    <FormDialog
      title={model ? t('form.edit', { name: model.name }) : t('form.create')}
      description={isElsewhere ? t('form.balanced') : model ? t('form.editHint') : t('form.createHint')}
      act={model ? t('common:act.save') : t('form.createAct')}
      size="large"
      check={check}
      onSubmit={submit}
      onClose={onClose}
    >
      {!isElsewhere && (
        <FormSection title={t('form.upstream')} titleElement="h2">
          <UpstreamFields {...fields} model={model} />
          <DraftTest draft={draft} model={model} />
        </FormSection>
      )}
      <FormSection title={t('form.words')} titleElement="h2">
        <WordFields {...fields} isNew={!model} />
      </FormSection>
      {!model && (
        <FormSection title={t('form.prices')} titleElement="h2">
          <PriceFields {...fields} />
        </FormSection>
      )}
      {!isElsewhere && (
        <FormSection title={t('form.abilities')} titleElement="h2">
          <AbilityFields {...fields} />
        </FormSection>
      )}
      <ExpandableSection
        toggleText={t('form.advanced')}
        isExpanded={isOpen}
        onToggle={(_event, next) => setIsOpen(next)}
      >
        <LimitFields {...fields} isOwnOnly={isElsewhere} />
      </ExpandableSection>
    </FormDialog>
  )
}

function useModelSubmit(model: CatalogueModel | undefined, draft: ModelDraft) {
  const { t } = useTranslation('catalogue')
  const { say } = useToasts()
  const create = useCreateModel()
  const change = useChangeModel()
  return async () => {
    if (!model) {
      await create.mutateAsync(newModelOf(draft))
      say(t('form.created', { name: draft.name.trim() }))
      return
    }
    const body = changesOf(draftOf(model), draft)
    if (Object.keys(body).length === 0) return
    await change.mutateAsync({ id: model.id, version: model.version, body })
    say(t('form.saved', { name: model.name }))
  }
}

/** Tries what stands in the form. The stored key stays at the server: it is used only for what was stored with it. */
function DraftTest({ draft, model }: { draft: ModelDraft; model: CatalogueModel | undefined }) {
  const stored = model && trialOf(draftOf(model))
  const isAsStored = JSON.stringify(stored) === JSON.stringify(trialOf(draft))
  const trial = useMutation({
    mutationFn: async () =>
      model && isAsStored
        ? (await api.testStoredModelConnection({ path: { id: model.id } })).data
        : (await api.testModelConnection({ body: trialOf(draft) })).data,
  })
  return (
    <ConnectionTest
      isPending={trial.isPending}
      trial={trial.data}
      error={trial.error}
      onTest={() => trial.mutate()}
    />
  )
}

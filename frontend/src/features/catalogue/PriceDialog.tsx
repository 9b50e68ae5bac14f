import { Alert, List, ListItem } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MoneyField, TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useChangeModel, type CatalogueModel } from './catalogue-queries.ts'
import { changesOf, draftOf } from './model-form.ts'
import { priceFields, shareOf } from './price-change.ts'
import { useComplaints } from './use-complaints.ts'

/** Prices alone, because they are what people ask about: from what to what, from when, and for whom. */
export function PriceDialog({ model, onClose }: { model: CatalogueModel; onClose: () => void }) {
  const { t } = useTranslation('catalogue')
  const { say } = useToasts()
  const before = draftOf(model)
  const [draft, setDraft] = useState(before)
  const [reason, setReason] = useState('')
  const change = useChangeModel()
  const complaints = useComplaints()
  const changes = changesOf(before, draft)
  const submit = async () => {
    if (Object.keys(changes).length === 0) return
    const body = { ...changes, ...(reason.trim().length < 3 ? {} : { reason: reason.trim() }) }
    await change.mutateAsync({ id: model.id, version: model.version, body })
    say(t('price.done', { name: model.name }))
  }
  return (
    <FormDialog
      title={t('price.title', { name: model.name })}
      description={t('price.hint')}
      act={t('price.act')}
      check={() => complaints(draft, before)}
      onSubmit={submit}
      onClose={onClose}
    >
      {priceFields.map((name) => (
        <MoneyField
          key={name}
          name={name}
          label={t(`field.${name}`)}
          hint={<PriceChange before={before[name]} after={draft[name]} />}
          value={draft[name]}
          onChange={(value) => setDraft({ ...draft, [name]: value })}
        />
      ))}
      <PriceEffect model={model} isChanged={Object.keys(changes).length > 0} />
      <TextField
        name="reason"
        label={t('field.reason')}
        value={reason}
        onChange={setReason}
        maxLength={1000}
      />
    </FormDialog>
  )
}

function PriceChange({ before, after }: { before: number | null; after: number | null }) {
  const { t } = useTranslation('catalogue')
  const { money, percent } = useFormats()
  if (before === null) return t('price.wasUnknown')
  const share = shareOf(before, after)
  if (share === undefined || share === 0) return t('price.now', { price: money(before) })
  return t(share > 0 ? 'price.up' : 'price.down', { price: money(before), share: percent(Math.abs(share)) })
}

function PriceEffect({ model, isChanged }: { model: CatalogueModel; isChanged: boolean }) {
  const { t } = useTranslation('catalogue')
  const { number } = useFormats()
  if (!isChanged) return null
  return (
    <Alert variant="info" isInline component="p" title={t('price.effectTitle')}>
      <List>
        <ListItem>{t('price.effectWhen')}</ListItem>
        <ListItem>{t('price.effectWho', { active: number(model.activeSubscriptions) })}</ListItem>
        <ListItem>{t('price.effectUse', { requests: number(model.requestsLast30Days) })}</ListItem>
      </List>
    </Alert>
  )
}

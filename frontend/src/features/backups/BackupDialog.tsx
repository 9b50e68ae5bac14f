import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { SelectField, TextField } from '../../ui/fields.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import type { Job } from '../jobs/job-state.ts'

interface BackupDialogProps {
  onStarted(job: Job): void
  onClose(): void
}

const sources = ['litemaas', 'litellm'] as const

/** Starts a backup; it goes on when the dialog is closed, and when the page is. */
export function BackupDialog({ onStarted, onClose }: BackupDialogProps) {
  const { t } = useTranslation('backups')
  const [source, setSource] = useState<(typeof sources)[number]>('litemaas')
  const [note, setNote] = useState('')
  const submit = async () => {
    const text = note.trim()
    const { data } = await api.createBackup({ body: { source, ...(text === '' ? {} : { note: text }) } })
    onStarted(data)
  }
  return (
    <FormDialog
      title={t('create.title')}
      description={t('create.text')}
      act={t('create.act')}
      size="small"
      onSubmit={submit}
      onClose={onClose}
    >
      <SelectField
        name="source"
        label={t('field.source')}
        hint={source === 'litellm' ? t('hint.litellm') : undefined}
        value={source}
        options={sources.map((value) => ({ value, label: t(`source.${value}`) }))}
        onChange={(chosen) => setSource(sources.find((one) => one === chosen) ?? 'litemaas')}
      />
      <TextField
        name="note"
        label={t('field.note')}
        hint={t('hint.note')}
        value={note}
        maxLength={500}
        onChange={setNote}
      />
    </FormDialog>
  )
}

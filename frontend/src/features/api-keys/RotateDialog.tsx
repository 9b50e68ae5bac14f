import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormGroup, Radio } from '@patternfly/react-core'
import { api } from '../../app/api.ts'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useStaleKeys, type ApiKey } from './key-queries.ts'
import { SecretDialog } from './SecretDialog.tsx'

const overlaps = [0, 3600, 86_400] as const

/** A new secret for the same key; the old one ends at once or a little later. */
export function RotateDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation('api-keys')
  const queries = useQueryClient()
  const stale = useStaleKeys()
  const [overlapSeconds, setOverlap] = useState<number>(0)
  const [secret, setSecret] = useState<string>()
  if (secret !== undefined)
    return <SecretDialog secret={secret} apiKey={apiKey} isNew={false} onClose={onClose} />
  const rotate = async () => {
    const { data } = await api.rotateApiKey({ path: { id: apiKey.id }, body: { overlapSeconds } })
    setSecret(data.key ?? '')
    await queries.cancelQueries({ queryKey: ['api-keys'] })
    await stale()
  }
  return (
    <FormDialog
      title={t('rotate.title', { name: apiKey.name })}
      description={t('rotate.text')}
      act={t('act.rotate')}
      size="small"
      staysOpen
      onSubmit={rotate}
      onClose={onClose}
    >
      <FormGroup role="radiogroup" label={t('rotate.overlap')} fieldId="rotate-overlap" isStack>
        {overlaps.map((seconds) => (
          <Radio
            key={seconds}
            id={`rotate-overlap-${String(seconds)}`}
            name="overlapSeconds"
            label={t(`rotate.after${String(seconds)}`)}
            description={t(`rotate.after${String(seconds)}Hint`)}
            isChecked={overlapSeconds === seconds}
            onChange={() => setOverlap(seconds)}
          />
        ))}
      </FormGroup>
    </FormDialog>
  )
}

import { Alert, Button } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { useSession } from '../../app/session.ts'
import { SelectField } from '../../ui/fields.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { useStaleKeys } from '../api-keys/key-queries.ts'
import type { Model } from './playground-queries.ts'
import type { ChosenSide } from './use-side.ts'

interface SidePickerProps {
  readonly label: string
  readonly name: string
  readonly models: readonly Model[]
  readonly side: ChosenSide
  onChoose(modelId: string): void
}

/** Which model answers, and which of one's keys pays. */
export function SidePicker({ label, name, models, side, onChoose }: SidePickerProps) {
  const { t } = useTranslation('playground')
  const { model, keys, key, chooseKey } = side
  return (
    <>
      <SelectField
        name={name}
        label={label}
        value={model?.id ?? ''}
        onChange={onChoose}
        options={models.map((one) => ({ value: one.id, label: one.name }))}
      />
      {keys !== undefined && keys.length > 0 && (
        <SelectField
          name={`${name}-key`}
          label={t('key.label')}
          value={key?.id ?? ''}
          onChange={chooseKey}
          options={keys.map((one) => ({
            value: one.id,
            label: t('key.option', { name: one.name, hint: one.keyHint.slice(-4) }),
          }))}
        />
      )}
      {keys?.length === 0 && model !== undefined && <MissingKey model={model} models={models} />}
    </>
  )
}

const MOST = 100

/** Nobody pays yet: one click makes a key whose secret nobody needs. */
function MissingKey({ model, models }: { model: Model; models: readonly Model[] }) {
  const { t } = useTranslation('playground')
  const { can } = useSession()
  const { say, fail } = useToasts()
  const stale = useStaleKeys()
  const make = useMutation({
    mutationFn: async () => {
      const others = models.map(({ id }) => id).filter((id) => id !== model.id)
      // The answer holds a secret, which is dropped: calls from here need none.
      await api.createApiKey({
        body: { name: t('key.name'), modelIds: [model.id, ...others].slice(0, MOST) },
      })
    },
    onSuccess: () => say(t('key.made')),
    onError: fail,
    onSettled: stale,
  })
  return (
    <Alert
      variant="info"
      isInline
      component="p"
      title={t('key.missing', { model: model.name })}
      {...(can('keys:create')
        ? {
            actionLinks: (
              <Button variant="link" isInline isLoading={make.isPending} onClick={() => make.mutate()}>
                {t('key.make')}
              </Button>
            ),
          }
        : {})}
    >
      {t('key.why')}
    </Alert>
  )
}

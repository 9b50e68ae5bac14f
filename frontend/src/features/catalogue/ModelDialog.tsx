import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { useChangeModel, useRemoveModel, type CatalogueModel, type ModelChange } from './catalogue-queries.ts'
import { TrialResult } from './ConnectionTest.tsx'
import { ModelFormDialog } from './ModelFormDialog.tsx'
import { PriceDialog } from './PriceDialog.tsx'

const switches = ['restrict', 'open', 'disable', 'enable'] as const
type SwitchAct = (typeof switches)[number]
export type ModelAct = 'edit' | 'price' | 'test' | 'remove' | SwitchAct

interface DialogProps {
  readonly model: CatalogueModel
  onClose(): void
}

export function ModelDialog({ act, model, onClose }: DialogProps & { act: ModelAct }) {
  // The model as it was when the dialog opened: what arrives meanwhile must not change what is asked.
  const [shown] = useState(model)
  if (act === 'edit') return <ModelFormDialog model={shown} onClose={onClose} />
  if (act === 'price') return <PriceDialog model={shown} onClose={onClose} />
  if (act === 'test') return <TestDialog model={shown} onClose={onClose} />
  if (act === 'remove') return <RemoveDialog model={shown} onClose={onClose} />
  return <SwitchDialog act={act} model={shown} onClose={onClose} />
}

const changes = {
  restrict: { isRestricted: true },
  open: { isRestricted: false },
  disable: { isDisabled: true },
  enable: { isDisabled: false },
} as const satisfies Record<SwitchAct, ModelChange>

/** What is one word here moves many subscriptions and keys, so it is said first. */
function SwitchDialog({ act, model, onClose }: DialogProps & { act: SwitchAct }) {
  const { t } = useTranslation('catalogue')
  const { say } = useToasts()
  const { number } = useFormats()
  const queries = useQueryClient()
  const change = useChangeModel()
  const confirm = async (reason: string) => {
    const body = { ...changes[act], ...(reason.length < 3 ? {} : { reason }) }
    await change.mutateAsync({ id: model.id, version: model.version, body })
    say(t(`switch.${act}.done`, { name: model.name }))
    void queries.invalidateQueries({ queryKey: ['jobs'] })
  }
  return (
    <ConfirmDialog
      title={t(`switch.${act}.title`, { name: model.name })}
      act={t(`switch.${act}.act`)}
      isDanger={act === 'disable' || act === 'restrict'}
      reason={{ label: t('field.reason'), isRequired: false }}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Content component="p">
        {t(`switch.${act}.effect`, {
          active: number(model.activeSubscriptions),
          pending: number(model.pendingSubscriptions),
          keys: number(model.keys),
          requests: number(model.requestsLast30Days),
        })}
      </Content>
    </ConfirmDialog>
  )
}

function RemoveDialog({ model, onClose }: DialogProps) {
  const { t } = useTranslation('catalogue')
  const { say } = useToasts()
  const { number } = useFormats()
  const remove = useRemoveModel()
  const isUsed = model.keys > 0
  const confirm = async (reason: string) => {
    await remove.mutateAsync({ model, reason })
    say(t('remove.done', { name: model.name }))
  }
  return (
    <ConfirmDialog
      title={t('remove.title', { name: model.name })}
      act={t('remove.act')}
      isDanger
      reason={{ label: t('field.reason'), isRequired: isUsed }}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Content component="p">
        {isUsed
          ? t('remove.effect', {
              keys: number(model.keys),
              active: number(model.activeSubscriptions),
              requests: number(model.requestsLast30Days),
            })
          : t('remove.effectUnused')}
      </Content>
      <Content component="p">{t('remove.kept')}</Content>
    </ConfirmDialog>
  )
}

function TestDialog({ model, onClose }: DialogProps) {
  const { t } = useTranslation('catalogue')
  const id = useId()
  const test = useMutation({
    mutationFn: async () => (await api.testStoredModelConnection({ path: { id: model.id } })).data,
  })
  const { mutate } = test
  useEffect(() => mutate(), [mutate])
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader title={t('test.of', { name: model.name })} labelId={`${id}-title`} />
      <ModalBody>
        <TrialResult isPending={test.isPending} trial={test.data} error={test.error} />
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" isDisabled={test.isPending} onClick={() => mutate()}>
          {t('test.again')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common:act.close')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

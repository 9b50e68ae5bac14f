import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import type { ServiceClient } from './service-client-queries.ts'

interface ConfirmClientActProps {
  readonly act: 'enable' | 'disable' | 'delete'
  readonly client: ServiceClient
  readonly target: ActTarget
  onClose(): void
}

/** Each ends or begins the access of a machine within a second, so each is asked. */
export function ConfirmClientAct({ act, client, target, onClose }: ConfirmClientActProps) {
  const { t } = useTranslation('service-clients')
  const queries = useQueryClient()
  const { say } = useToasts()
  const reasonOf = useConfirmReason()
  const confirm = async (reason: string) => {
    const given = { path: { id: client.id }, query: target.query(reason) }
    if (act === 'delete') await api.deleteServiceClient(given)
    else {
      const status = act === 'enable' ? ('active' as const) : ('disabled' as const)
      await api.updateServiceClient({ ...given, body: { status } }, { ifMatch: client.version })
    }
    say(t(`done.${act}`, { name: client.name }))
    await queries.invalidateQueries({ queryKey: ['service-clients'] })
  }
  return (
    <ConfirmDialog
      title={t(`confirm.${act}.title`, { name: client.name })}
      act={t(`confirm.${act}.act`)}
      isDanger={act !== 'enable'}
      {...reasonOf(target)}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t(`confirm.${act}.text`)}
    </ConfirmDialog>
  )
}

import { Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { EditKeyDialog } from './EditKeyDialog.tsx'
import type { KeyAct } from './key-acts.ts'
import { RotateDialog } from './RotateDialog.tsx'
import type { AnyKey, KeyDesk } from './use-key-desk.ts'

interface KeyDialogProps {
  readonly act: KeyAct
  readonly apiKey: AnyKey
  readonly desk: KeyDesk
  onClose(): void
}

/** The dialog of one act on one key. */
export function KeyDialog({ act, apiKey, desk, onClose }: KeyDialogProps) {
  if (act === 'edit') return <EditKeyDialog apiKey={apiKey} desk={desk} onClose={onClose} />
  if (act === 'rotate') return <RotateDialog apiKey={apiKey} onClose={onClose} />
  return <AskDialog act={act} apiKey={apiKey} desk={desk} onClose={onClose} />
}

type Asked = Exclude<KeyAct, 'edit' | 'rotate'>

function AskDialog({ act, apiKey, desk, onClose }: KeyDialogProps & { act: Asked }) {
  const { t } = useTranslation(['api-keys', 'common'])
  const { say } = useToasts()
  const { name, keyHint } = apiKey
  const asksWhy = act === 'remove' || desk.needsReason(apiKey)
  const run = async (reason: string) => {
    if (act === 'revoke') await desk.revoke(apiKey, reason)
    else if (act === 'remove') await desk.remove(apiKey, reason)
    else await desk.update(apiKey, { isDisabled: act === 'disable' }, reason)
    say(t(`said.${act}`, { name }))
  }
  return (
    <ConfirmDialog
      title={t(`ask.${act}Title`, { name })}
      act={t(`act.${act}`)}
      isDanger={act === 'revoke' || act === 'remove'}
      reason={
        asksWhy
          ? { label: act === 'remove' ? t('ask.why') : t('common:scope.reason'), isRequired: true }
          : undefined
      }
      onConfirm={run}
      onClose={onClose}
    >
      <Content component="p">{t(`ask.${act}Text`, { hint: keyHint })}</Content>
    </ConfirmDialog>
  )
}

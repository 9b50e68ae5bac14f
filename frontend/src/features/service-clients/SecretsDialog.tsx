import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import type { ActTarget } from '../../app/scope.tsx'
import { useConfirmReason } from '../../app/use-reason.tsx'
import { CodeSample } from '../../ui/CodeSample.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { NewSecretDialog } from './NewSecretDialog.tsx'
import { MOST_SECRETS, validSecrets, type Secret, type ServiceClient } from './service-client-queries.ts'
import { tokenSample } from './token-sample.ts'

interface SecretsDialogProps {
  readonly client: ServiceClient
  readonly target: ActTarget
  readonly mayWrite: boolean
  onCreated(clientId: string, secret: string): void
  onClose(): void
}

/** Two at a time, so that a machine can change over without a pause: add, change over, remove the old one. */
export function SecretsDialog({ client, target, mayWrite, onCreated, onClose }: SecretsDialogProps) {
  const { t } = useTranslation(['service-clients', 'common'])
  const id = useId()
  const [isAdding, setIsAdding] = useState(false)
  const [removing, setRemoving] = useState<Secret>()
  const title = t('secretsOf', { name: client.name })
  const isFull = validSecrets(client).length >= MOST_SECRETS
  const columns = useSecretColumns(mayWrite ? setRemoving : undefined)
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={title} description={t('secretsText')} labelId={id} />
      <ModalBody tabIndex={0} aria-label={title}>
        <DataTable
          label={title}
          columns={columns}
          rows={client.secrets}
          idOf={(row) => row.id}
          empty={t('secretsEmpty')}
        />
        {mayWrite && isFull && (
          <Alert isInline isPlain variant="info" component="p" title={t('secretsFull')} />
        )}
        <div className="lm-tab-body">
          <CodeSample label={t('sample')} code={tokenSample(location.origin, client.clientId)} />
        </div>
      </ModalBody>
      <ModalFooter>
        {mayWrite && (
          <Button isDisabled={isFull} onClick={() => setIsAdding(true)}>
            {t('addSecret')}
          </Button>
        )}
        <Button variant={mayWrite ? 'link' : 'secondary'} onClick={onClose}>
          {t('common:act.close')}
        </Button>
      </ModalFooter>
      {isAdding && (
        <NewSecretDialog
          client={client}
          target={target}
          onCreated={onCreated}
          onClose={() => setIsAdding(false)}
        />
      )}
      {removing && (
        <RemoveSecretDialog
          client={client}
          secret={removing}
          target={target}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Modal>
  )
}

function useSecretColumns(onRemove: ((secret: Secret) => void) | undefined): ReadonlyArray<Column<Secret>> {
  const { t } = useTranslation(['service-clients', 'common'])
  const { number } = useFormats()
  const columns: Array<Column<Secret>> = [
    { key: 'hint', title: t('secret'), render: (row) => <code className="lm-code">{row.hint}</code> },
    { key: 'created', title: t('createdAt'), render: (row) => <When at={row.createdAt} /> },
    { key: 'used', title: t('lastUsed'), render: (row) => <When at={row.lastUsedAt} /> },
    { key: 'count', title: t('tokens'), isNumber: true, render: (row) => number(row.useCount) },
    {
      key: 'expires',
      title: t('ends'),
      render: (row) =>
        row.isExpired ? <StateLabel tone="neutral">{t('expired')}</StateLabel> : <When at={row.expiresAt} />,
    },
  ]
  if (onRemove)
    columns.push({
      key: 'remove',
      title: t('common:act.remove'),
      isActions: true,
      render: (row) => (
        <Button variant="link" isInline isDanger onClick={() => onRemove(row)}>
          {t('common:act.remove')}
        </Button>
      ),
    })
  return columns
}

interface RemoveSecretDialogProps {
  readonly client: ServiceClient
  readonly secret: Secret
  readonly target: ActTarget
  onClose(): void
}

function RemoveSecretDialog({ client, secret, target, onClose }: RemoveSecretDialogProps) {
  const { t } = useTranslation(['service-clients', 'common'])
  const queries = useQueryClient()
  const reasonOf = useConfirmReason()
  return (
    <ConfirmDialog
      title={t('removeSecretTitle', { hint: secret.hint })}
      act={t('common:act.remove')}
      isDanger
      {...reasonOf(target)}
      onConfirm={async (reason) => {
        const path = { id: client.id, secretId: secret.id }
        await api.deleteServiceClientSecret({ path, query: target.query(reason) })
        await queries.invalidateQueries({ queryKey: ['service-clients'] })
      }}
      onClose={onClose}
    >
      {t('removeSecretText')}
    </ConfirmDialog>
  )
}

import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core'
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import type { Job } from '../jobs/job-state.ts'
import { useDeleteBackup, type Backup } from './backup-queries.ts'

interface BackupActionsProps {
  readonly backup: Backup
  onStarted(job: Job): void
}

export function BackupActions({ backup, onStarted }: BackupActionsProps) {
  const { t } = useTranslation('backups')
  const { say, fail } = useToasts()
  const [isOpen, setIsOpen] = useState(false)
  const [isDeleting, setIsDeleting] = useState(false)
  const test = useMutation({
    mutationFn: async () => (await api.testBackup({ path: { id: backup.id } })).data,
    onSuccess: onStarted,
    onError: fail,
  })
  const remove = useDeleteBackup()
  const isReady = backup.status === 'ready'
  return (
    <>
      <Dropdown
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        onSelect={() => setIsOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            isExpanded={isOpen}
            isDisabled={backup.status === 'creating'}
            aria-label={t('act.moreFor', { file: backup.fileName })}
            icon={<EllipsisVIcon />}
            onClick={() => setIsOpen(!isOpen)}
          />
        )}
      >
        <DropdownList>
          {isReady && (
            <DropdownItem
              description={t('act.testHint')}
              isDisabled={test.isPending}
              onClick={() => test.mutate()}
            >
              {t('act.test')}
            </DropdownItem>
          )}
          {isReady && (
            <DropdownItem to={`/api/v1/admin/backups/${backup.id}/download`} download={backup.fileName}>
              {t('act.download')}
            </DropdownItem>
          )}
          <DropdownItem isDanger onClick={() => setIsDeleting(true)}>
            {t('common:act.delete')}
          </DropdownItem>
        </DropdownList>
      </Dropdown>
      {isDeleting && (
        <ConfirmDialog
          title={t('delete.title')}
          act={t('common:act.delete')}
          isDanger
          onConfirm={async () => {
            await remove.mutateAsync(backup.id)
            say(t('delete.done'))
          }}
          onClose={() => setIsDeleting(false)}
        >
          {t('delete.text', { file: backup.fileName })}
        </ConfirmDialog>
      )}
    </>
  )
}

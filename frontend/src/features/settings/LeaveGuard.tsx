import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useBlocker } from '@tanstack/react-router'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'

/** Asks before what was written and not saved is lost: by a link here, by the browser itself when the page is closed. */
export function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const { t } = useTranslation('settings')
  const id = useId()
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <Modal isOpen variant="small" onClose={reset} aria-labelledby={`${id}-title`}>
      <ModalHeader title={t('leave.title')} labelId={`${id}-title`} titleIconVariant="warning" />
      <ModalBody>{t('leave.text')}</ModalBody>
      <ModalFooter>
        <Button onClick={reset}>{t('leave.stay')}</Button>
        <Button variant="link" onClick={proceed}>
          {t('leave.go')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

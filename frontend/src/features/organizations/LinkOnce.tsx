import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyOnce } from '../../ui/CopyOnce.tsx'

/** The link of an invitation; it is never shown again. */
export function LinkOnce({ url, onClose }: { url: string; onClose(): void }) {
  const { t } = useTranslation(['organizations', 'common'])
  const id = useId()
  return (
    <Modal isOpen variant="medium" aria-labelledby={id}>
      <ModalHeader title={t('link.title')} labelId={id} />
      <ModalBody>
        <Content component="p">{t('link.text')}</Content>
        <CopyOnce label={t('link.label')} secret={url} />
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('common:act.close')}</Button>
      </ModalFooter>
    </Modal>
  )
}

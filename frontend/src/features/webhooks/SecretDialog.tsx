import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeSample } from '../../ui/CodeSample.tsx'
import { CopyOnce } from '../../ui/CopyOnce.tsx'
import { verifySample } from './verify-sample.ts'

interface SecretDialogProps {
  /** Without one, only how signatures are verified. */
  readonly secret?: string
  onClose(): void
}

/** The secret, this once, and how the receiver verifies signatures with it. */
export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  const { t } = useTranslation(['webhooks', 'common'])
  const id = useId()
  const title: string = secret === undefined ? t('verifyTitle') : t('secretTitle')
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={title} labelId={id} />
      <ModalBody tabIndex={0} aria-label={title}>
        {secret !== undefined && <CopyOnce label={t('secret')} secret={secret} />}
        <Content component="p" className="lm-tab-body">
          {t('verifyText')}
        </Content>
        <CodeSample label={t('verifyTitle')} code={verifySample} />
      </ModalBody>
      <ModalFooter>
        <Button variant={secret === undefined ? 'secondary' : 'primary'} onClick={onClose}>
          {secret === undefined ? t('common:act.close') : t('stored')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

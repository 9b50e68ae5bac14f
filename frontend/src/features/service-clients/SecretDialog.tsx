import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeSample } from '../../ui/CodeSample.tsx'
import { CopyOnce } from '../../ui/CopyOnce.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { tokenSample } from './token-sample.ts'

interface SecretDialogProps {
  readonly clientId: string
  readonly secret: string
  onClose(): void
}

/** The secret, this once, and how the machine uses it. */
export function SecretDialog({ clientId, secret, onClose }: SecretDialogProps) {
  const { t } = useTranslation(['service-clients', 'common'])
  const id = useId()
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={t('secretTitle')} labelId={id} />
      <ModalBody tabIndex={0} aria-label={t('secretTitle')}>
        <Facts
          columns={1}
          facts={[
            { term: t('clientId'), value: <code className="lm-code">{clientId}</code> },
            { term: t('secret'), value: <CopyOnce label={t('secret')} secret={secret} /> },
          ]}
        />
        <Content component="p" className="lm-tab-body">
          {t('sampleText')}
        </Content>
        <CodeSample label={t('sample')} code={tokenSample(location.origin, clientId)} />
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('stored')}</Button>
      </ModalFooter>
    </Modal>
  )
}

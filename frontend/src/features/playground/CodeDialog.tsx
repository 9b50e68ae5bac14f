import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelCall } from '../api-keys/code-of-call.ts'
import { CodeTabs } from '../api-keys/CodeTabs.tsx'

/** The same call for one's own program. */
export function CodeDialog({ call, onClose }: { call: ModelCall; onClose: () => void }) {
  const { t } = useTranslation('playground')
  const id = useId()
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader title={t('code.title')} description={t('code.text')} labelId={`${id}-title`} />
      <ModalBody tabIndex={0} aria-labelledby={`${id}-title`}>
        <CodeTabs call={call} />
      </ModalBody>
    </Modal>
  )
}

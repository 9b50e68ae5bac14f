import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SubscriptionEvent } from './subscription-queries.ts'
import { SubscriptionTimeline } from './SubscriptionTimeline.tsx'

interface HistoryDialogProps {
  readonly title: string
  readonly events: readonly SubscriptionEvent[] | undefined
  readonly error: unknown
  /** Shown above the history. */
  readonly children?: ReactNode
  /** Whose subscription it is; one's own when absent. */
  readonly userId?: string
  onRetry(): void
  onClose(): void
}

export function HistoryDialog({ title, children, onClose, ...history }: HistoryDialogProps) {
  const { t } = useTranslation('subscriptions')
  const id = useId()
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={title} labelId={id} />
      <ModalBody tabIndex={0} aria-label={title}>
        {children}
        <SubscriptionTimeline {...history} />
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t('common:act.close')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

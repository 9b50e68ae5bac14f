import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { BudgetPast, BudgetSpenders } from '../people/BudgetPast.tsx'
import type { Budget, Read } from '../people/budget-queries.ts'

interface PastDialogProps {
  readonly budget: Budget
  readonly read: Read
  onClose(): void
}

/** Who used it, what was used before, and what was allowed besides. */
export function PastDialog({ budget, read, onClose }: PastDialogProps) {
  const { t } = useTranslation(['budgets', 'common'])
  const id = useId()
  const title = t('pastOf', { name: budget.subjectName })
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={title} labelId={id} />
      <ModalBody tabIndex={0} aria-label={title}>
        {budget.level !== 'key' && budget.level !== 'key_model' && (
          <BudgetSpenders id={budget.id} read={read} />
        )}
        <BudgetPast id={budget.id} read={read} />
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t('common:act.close')}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

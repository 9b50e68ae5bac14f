import type { ActTarget } from '../../app/scope.tsx'
import {
  EditBudgetDialog,
  EndIncreaseDialog,
  IncreaseDialog,
  RemoveBudgetDialog,
  ResetSpendDialog,
} from '../people/BudgetDialogs.tsx'
import type { Budget } from '../people/budget-queries.ts'
import { PastDialog } from './PastDialog.tsx'

export type BudgetAct = 'past' | 'edit' | 'raise' | 'endRaise' | 'reset' | 'remove'

interface BudgetDeskProps {
  readonly act: BudgetAct
  readonly budget: Budget
  readonly target: ActTarget
  onClose(): void
}

/** The dialog of whatever is done with one budget. */
export function BudgetDesk({ act, budget, target, onClose }: BudgetDeskProps) {
  const props = { budget, target, onClose }
  switch (act) {
    case 'past':
      return <PastDialog budget={budget} read={target.query()} onClose={onClose} />
    case 'edit':
      // The level matters only where there is no budget yet.
      return (
        <EditBudgetDialog
          {...props}
          subject={{ level: 'user', id: budget.subjectId, name: budget.subjectName }}
        />
      )
    case 'raise':
      return <IncreaseDialog {...props} />
    case 'endRaise':
      return <EndIncreaseDialog {...props} />
    case 'reset':
      return <ResetSpendDialog {...props} />
    case 'remove':
      return <RemoveBudgetDialog {...props} />
  }
}

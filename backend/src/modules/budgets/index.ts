/** Money that may be spent: windows, reservations and what was booked. It knows amounts, and not what they were spent on. */
export { nextResetOrNull, type BudgetDuration } from './budget-window.ts'
export { keysWithTheirBudgets } from './chain.ts'
export { settleHold, type Hold } from './lease.ts'
export { BudgetEnded, BudgetLedger, type ChainLink } from './ledger.ts'
export { bookSpent, lowerReservations, type Spent, type Taken } from './reservation.queries.ts'

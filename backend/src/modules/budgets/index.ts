/**
 * Money that may be spent: windows, reservations, what was booked, and who may change it. It knows amounts, and not what they
 * were spent on.
 */
import type { FastifyInstance } from 'fastify'
import { registerBudgetRoutes } from './budget.routes.ts'
import { Budget, BudgetWindow, BudgetWithSpenders, Increase, MyBudget } from './budget.schemas.ts'
import { BudgetService } from './budget.service.ts'
import { BudgetFollowers } from './followers.ts'
import { registerSpendRoutes } from './spend.routes.ts'
import { SpendService } from './spend.service.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Rooms that keep a copy of a budget elsewhere. */
    readonly budgetFollowers: BudgetFollowers
  }
}

export async function budgets(app: FastifyInstance): Promise<void> {
  const followers = new BudgetFollowers()
  app.decorate('budgetFollowers', followers)
  for (const schema of [Budget, BudgetWithSpenders, BudgetWindow, Increase, MyBudget]) app.addSchema(schema)
  registerBudgetRoutes(app, new BudgetService(app.serviceContext))
  registerSpendRoutes(app, new SpendService(app.serviceContext, followers))
}

export {
  BudgetDurationInput,
  BudgetDurationText,
  durationOf,
  isShorter,
  nextResetOrNull,
  type BudgetDuration,
} from './budget-window.ts'
export { keysWithTheirBudgets, ownersWithTheirBudgets, platformBudgetAt } from './chain.ts'
export type { BudgetFollower } from './followers.ts'
export { settleHold, type Hold } from './lease.ts'
export { BudgetEnded, BudgetLedger, type ChainLink } from './ledger.ts'
export { lowerReservations, type Spent, type Taken } from './reservation.queries.ts'
export { bookSpent } from './warnings.ts'

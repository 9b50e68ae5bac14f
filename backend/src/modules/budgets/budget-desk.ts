import { hasRole } from '#identity'
import { assertNotOwnMachine } from '#modules/organizations'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce, type Audience } from '#platform/events'
import { idempotent, type IdempotencyFacts } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { budgetNotFound, codes, selfLimit } from './budget.errors.ts'
import { findBudget, lockBudget, type BudgetRow } from './budget.queries.ts'

/** How administrators reach one budget: in the organization that they work in, or above all of them. */
export abstract class BudgetDesk extends BaseService {
  /** 404 where the caller sees no such budget. */
  protected async readBudget<T>(
    caller: Caller,
    id: string,
    now: Date,
    work: (tx: Tx, row: BudgetRow) => Promise<T>,
  ): Promise<T> {
    return await inEachPlace(caller, id, (place) =>
      this.read(place, async (tx) => {
        const row = await findBudget(tx, id, now)
        if (!row) throw budgetNotFound(id)
        return await work(tx, row)
      }),
    )
  }

  /** One transaction in which nobody else changes the budget or spends from it; once per Idempotency-Key. */
  protected async changeBudget<T>(
    caller: Caller,
    id: string,
    now: Date,
    idempotency: IdempotencyFacts | undefined,
    work: (tx: Tx, row: BudgetRow) => Promise<T>,
  ): Promise<T> {
    const change = async (tx: Tx) => {
      const row = await lockBudget(tx, id, now)
      if (!row) throw budgetNotFound(id)
      assertGoverns(caller, row.level)
      return await work(tx, row)
    }
    return await inEachPlace(caller, id, (place) =>
      this.transaction(
        place,
        (tx) => idempotent(tx, place, idempotency, now, () => change(tx)),
        'budget change',
      ),
    )
  }

  /** Tells whom the change concerns. */
  protected async announceChange(tx: Tx, row: BudgetRow, name: string): Promise<void> {
    const { id: budgetId, level, subjectId, userId } = row
    const audience: Audience =
      level === 'platform'
        ? { platform: true }
        : userId === null
          ? { permission: 'budgets:read-all' }
          : { userId }
    await announce(tx, { name, audience, data: { budgetId, level, subjectId } })
  }
}

/** The caller, as one who works in the platform's own organization. */
export const abovePlaces = (caller: Caller): Caller => ({
  ...caller,
  organizationId: PLATFORM_ORGANIZATION_ID,
})

async function inEachPlace<T>(caller: Caller, id: string, work: (place: Caller) => Promise<T>): Promise<T> {
  const isAbove = caller.kind === 'person' && hasRole(caller.platformRole, 'adminReadonly')
  const places = isAbove && caller.reach !== 'platform' ? [caller, abovePlaces(caller)] : [caller]
  for (const place of places) {
    try {
      return await work(place)
    } catch (error) {
      if (!(error instanceof ApplicationError) || error.code !== codes.BUDGET_NOT_FOUND) throw error
    }
  }
  throw budgetNotFound(id)
}

/** An organization does not set its own limit, and nobody but the platform's administrators the platform's. */
export function assertGoverns(caller: Caller, level: string): void {
  if ((level === 'organization' || level === 'platform') && caller.platformRole !== 'admin')
    throw ApplicationError.forbidden('Only platform administrators change this budget.', 'admin')
}

export const isOwn = (caller: Caller, row: Pick<BudgetRow, 'userId'>): boolean =>
  caller.userId !== null && caller.userId === row.userId

/** 403 `SELF_LIMIT`; also for a machine in the hands of the person whose budget it is. */
export async function assertNotOwn(tx: Tx, caller: Caller, row: Pick<BudgetRow, 'userId'>): Promise<void> {
  if (isOwn(caller, row)) throw selfLimit()
  await assertNotOwnMachine(tx, caller, row.userId, codes.SELF_LIMIT)
}

export const auditFacts = (row: Pick<BudgetRow, 'id'>) => ({
  category: 'budget',
  resourceType: 'budget',
  resourceId: row.id,
})

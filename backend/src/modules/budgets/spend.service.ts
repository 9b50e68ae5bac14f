import { assertNotOwnMachine } from '#modules/organizations'
import { ApplicationError } from '#platform/errors'
import { nanoFromUsd, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import type { Tx } from '#platform/database'
import type { Caller, ServiceContext } from '#platform/services'
import { abovePlaces, assertNotOwn, auditFacts, BudgetDesk, isOwn } from './budget-desk.ts'
import { toBudget, toIncrease } from './budget.answer.ts'
import {
  adjustSpent,
  closeWindow,
  endIncrease,
  findActiveIncrease,
  insertIncrease,
  listIncreases,
} from './budget-change.queries.ts'
import { budgetNotFound, codes, selfReset } from './budget.errors.ts'
import { findBudget, type BudgetRow } from './budget.queries.ts'
import type { Budget, CreateIncrease, Increase } from './budget.schemas.ts'
import type { BudgetFollowers } from './followers.ts'

const MAX_NANO = 9_000_000_000_000_000n
const MAX_DAYS = 366
const DAY_MS = 86_400_000

/** More money for a time, and forgiveness of what was spent; never by the person whose budget it is. */
export class SpendService extends BudgetDesk {
  readonly #followers: BudgetFollowers

  constructor(context: ServiceContext, followers: BudgetFollowers) {
    super(context)
    this.#followers = followers
  }

  listIncreases(
    caller: Caller,
    id: string,
    query: { limit: number; offset: number },
  ): Promise<PageOf<Increase>> {
    const now = this.clock.now()
    return this.readBudget(caller, id, now, async (tx) => {
      const { rows, total } = await listIncreases(tx, id, query, now)
      return page(rows.map(toIncrease), total, query)
    })
  }

  /** Counts from now on, and ends by itself. One at a time: 409 `INCREASE_ACTIVE`. */
  increase(
    caller: Caller,
    id: string,
    body: CreateIncrease,
    idempotency: IdempotencyFacts,
  ): Promise<Increase> {
    const now = this.clock.now()
    const { reason } = body
    return this.changeBudget(caller, id, now, idempotency, async (tx, row) => {
      await assertNotOwn(tx, caller, row)
      const terms = { ...assertIncrease(row, body, now), reason, actorId: caller.userId, at: now }
      const after = toIncrease(await insertIncrease(tx, { budgetId: id, ...terms }))
      await this.#told(tx, caller, row, { action: 'budget.increased', after, reason })
      return after
    })
  }

  /** Before its time. 404 `INCREASE_NOT_FOUND` when none is active. */
  endIncrease(caller: Caller, id: string): Promise<void> {
    const now = this.clock.now()
    return this.changeBudget(caller, id, now, undefined, async (tx, row) => {
      await assertNotOwn(tx, caller, row)
      const before = await findActiveIncrease(tx, id, now)
      if (!before)
        throw new ApplicationError(codes.INCREASE_NOT_FOUND, 'No increase is active.', { details: { id } })
      const after = await endIncrease(tx, id, before.id, caller.userId, now)
      await this.#told(tx, caller, row, {
        action: 'budget.increase_ended',
        before: toIncrease(before),
        after: toIncrease(after),
      })
    })
  }

  /** What was spent becomes 0, with a correction on record; what is set aside for calls under way stays. */
  reset(caller: Caller, id: string, reason: string, idempotency: IdempotencyFacts): Promise<Budget> {
    const now = this.clock.now()
    return this.changeBudget(caller, id, now, idempotency, async (tx, row) => {
      if (isOwn(caller, row)) throw selfReset()
      await assertNotOwnMachine(tx, caller, row.userId, codes.SELF_RESET)
      await closeWindow(tx, id, now)
      const amountNano = -row.spentNano
      await adjustSpent(tx, {
        budgetId: id,
        kind: 'reset',
        amountNano,
        reason,
        actorId: caller.userId,
        at: now,
      })
      const reset = await findBudget(tx, id, now)
      if (!reset) throw budgetNotFound(id)
      const [before, after] = [toBudget(row, now), toBudget(reset, now)]
      await this.#told(tx, caller, row, { action: 'budget.spend_reset', before, after, reason })
      return after
    })
  }

  async #told(
    tx: Tx,
    caller: Caller,
    row: BudgetRow,
    event: { action: string; before?: unknown; after?: unknown; reason?: string },
  ): Promise<void> {
    const place = row.level === 'platform' ? abovePlaces(caller) : caller
    await this.audit(tx, place, { ...auditFacts(row), ...event })
    await this.announceChange(tx, row, event.action)
    await this.#followers.run(tx, place, row)
  }
}

function assertIncrease(
  row: BudgetRow,
  body: CreateIncrease,
  now: Date,
): { amountNano: bigint; expiresAt: Date } {
  const expiresAt = new Date(body.expiresAt)
  if (Number.isNaN(expiresAt.getTime()))
    throw ApplicationError.validation("The field 'expiresAt' is not a time.", 'expiresAt')
  const amountNano = nanoFromUsd(body.amount, 'amount')
  if (row.limitNano === null)
    throw ApplicationError.unprocessable(
      'A budget without a limit needs no increase.',
      codes.BUDGET_UNLIMITED,
    )
  if (expiresAt <= now || expiresAt.getTime() > now.getTime() + MAX_DAYS * DAY_MS)
    throw outOfRange('An increase ends in the future, at most a year ahead.', 'expiresAt')
  if (amountNano === 0n || row.limitNano + amountNano > MAX_NANO)
    throw outOfRange('The budget would become too large.', 'amount')
  if (row.increaseUntil !== null)
    throw ApplicationError.conflict('An increase is active; end it first.', codes.INCREASE_ACTIVE, {
      expiresAt: row.increaseUntil,
    })
  return { amountNano, expiresAt }
}

const outOfRange = (message: string, field: string) =>
  ApplicationError.unprocessable(message, codes.INCREASE_OUT_OF_RANGE, { field })

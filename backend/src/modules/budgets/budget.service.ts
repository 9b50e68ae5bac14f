import { changed } from '#identity'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import {
  assertVersion,
  idempotent,
  nanoFromUsd,
  page,
  type IdempotencyFacts,
  type PageOf,
} from '#platform/http'
import type { Caller, ServiceContext } from '#platform/services'
import { abovePlaces, assertGoverns, assertNotOwn, auditFacts, BudgetDesk } from './budget-desk.ts'
import { durationOf, nextResetOrNull, windowStart } from './budget-window.ts'
import { toBudget, toMyBudget, toWindow, withSpenders } from './budget.answer.ts'
import {
  adjustSpent,
  deleteBudget,
  insertBudget,
  subjectExists,
  updateTerms,
  type BudgetTerms,
} from './budget-change.queries.ts'
import { codes } from './budget.errors.ts'
import { findBudget, listBinding, listBudgets, listWindows, type BudgetRow } from './budget.queries.ts'
import type {
  Budget,
  BudgetListQuery,
  BudgetWindow,
  BudgetWithSpenders,
  CreateBudget,
  MyBudget,
  UpdateBudget,
} from './budget.schemas.ts'
import { listSpenders, sumPaid } from './spenders.queries.ts'

interface Paging {
  readonly limit: number
  readonly offset: number
}

/** Budgets above the keys: who may spend how much. Budgets of keys are changed with the key. */
export class BudgetService extends BudgetDesk {
  constructor(context: ServiceContext) {
    super(context, {
      budgets_subject_key: () => ApplicationError.alreadyExists('budget', 'subjectId'),
    })
  }

  /** Everything that limits the caller's calls. Amounts only of what is theirs alone. */
  async listMine(caller: Caller, query: Paging): Promise<PageOf<MyBudget>> {
    const who = { organizationId: this.organizationOf(caller), userId: this.personOf(caller) }
    const now = this.clock.now()
    const { rows, total } = await this.read(caller, (tx) => listBinding(tx, who, query, now))
    return page(
      rows.map((row) => toMyBudget(row, now)),
      total,
      query,
    )
  }

  /** With `level=platform`, platform administrators see the one above all organizations. */
  async list(caller: Caller, query: BudgetListQuery): Promise<PageOf<Budget>> {
    this.organizationOf(caller)
    const now = this.clock.now()
    const isAbove = query.level === 'platform' && caller.platformRole !== 'user'
    const { rows, total } = await this.read(isAbove ? abovePlaces(caller) : caller, (tx) =>
      listBudgets(tx, query, now),
    )
    return page(
      rows.map((row) => toBudget(row, now)),
      total,
      query,
    )
  }

  async get(caller: Caller, id: string): Promise<BudgetWithSpenders> {
    const now = this.clock.now()
    const row = await this.readBudget(caller, id, now, async (_tx, found) => found)
    const spenders = await this.read(spendersPlace(caller, row.level), (tx) =>
      listSpenders(tx, row, firstDayOf(row, now)),
    )
    return withSpenders(toBudget(row, now), spenders)
  }

  history(caller: Caller, id: string, query: Paging): Promise<PageOf<BudgetWindow>> {
    const now = this.clock.now()
    return this.readBudget(caller, id, now, async (tx) => {
      const { rows, total } = await listWindows(tx, id, query, now)
      return page(rows.map(toWindow), total, query)
    })
  }

  /** What was used earlier in the present window counts. 409 when the subject has a budget already. */
  async create(caller: Caller, body: CreateBudget, idempotency?: IdempotencyFacts): Promise<Budget> {
    const { level } = body
    assertGoverns(caller, level)
    const place = level === 'platform' ? abovePlaces(caller) : caller
    const organizationId = this.organizationOf(place)
    const now = this.clock.now()
    const terms = termsOf({ limitNano: null, softLimitNano: null, duration: null }, body, now)
    const create = async (tx: Tx) => {
      const subjectId = await subjectOf(tx, level, body.subjectId, organizationId)
      await assertNotOwn(tx, caller, { userId: level === 'user' ? subjectId : null })
      const id = await insertBudget(tx, { level, subjectId, at: now, ...terms })
      const row = await this.#existing(tx, id, now)
      await this.#open(tx, caller, row, now)
      const created = toBudget(await this.#existing(tx, id, now), now)
      await this.audit(tx, place, { ...auditFacts(row), action: 'budget.created', after: created })
      await this.announceChange(tx, row, 'budget.created')
      await forgetGrants(tx, row)
      return created
    }
    return await this.transaction(
      place,
      (tx) => idempotent(tx, place, idempotency, now, () => create(tx)),
      'budget creation',
    )
  }

  update(caller: Caller, id: string, body: UpdateBudget, version?: number): Promise<Budget> {
    const now = this.clock.now()
    return this.changeBudget(caller, id, now, undefined, async (tx, row) => {
      assertAboveKeys(row)
      await assertNotOwn(tx, caller, row)
      assertVersion(row.version, version)
      await updateTerms(tx, id, termsOf(row, body, now), now)
      const [before, after] = [toBudget(row, now), toBudget(await this.#existing(tx, id, now), now)]
      await this.audit(tx, placeOf(caller, row), {
        ...auditFacts(row),
        action: 'budget.updated',
        before,
        after,
      })
      await this.announceChange(tx, row, 'budget.updated')
      return after
    })
  }

  /** The level then limits nobody any more; what was spent stays in the usage. */
  remove(caller: Caller, id: string, version?: number): Promise<void> {
    const now = this.clock.now()
    return this.changeBudget(caller, id, now, undefined, async (tx, row) => {
      assertAboveKeys(row)
      await assertNotOwn(tx, caller, row)
      assertVersion(row.version, version)
      await deleteBudget(tx, id)
      const before = toBudget(row, now)
      await this.audit(tx, placeOf(caller, row), { ...auditFacts(row), action: 'budget.deleted', before })
      await this.announceChange(tx, row, 'budget.deleted')
      await forgetGrants(tx, row)
    })
  }

  async #existing(tx: Tx, id: string, now: Date): Promise<BudgetRow> {
    const row = await findBudget(tx, id, now)
    if (!row) throw ApplicationError.internal('a budget was gone in its own transaction')
    return row
  }

  /** A budget with windows counts from the beginning of the present one. The platform's begins with what comes. */
  async #open(tx: Tx, caller: Caller, row: BudgetRow, now: Date): Promise<void> {
    if (row.duration === null || row.level === 'platform') return
    const amountNano = await sumPaid(tx, row, firstDayOf(row, now))
    if (amountNano === 0n) return
    const reason = 'used before the budget was made'
    await adjustSpent(tx, {
      budgetId: row.id,
      kind: 'opening',
      amountNano,
      reason,
      actorId: caller.userId,
      at: now,
    })
  }
}

const spendersPlace = (caller: Caller, level: string): Caller =>
  level === 'platform' ? { ...caller, reach: 'platform' } : caller

const placeOf = (caller: Caller, row: BudgetRow): Caller =>
  row.level === 'platform' ? abovePlaces(caller) : caller

function assertAboveKeys({ level, subjectId }: BudgetRow): void {
  if (level === 'key' || level === 'key_model')
    throw ApplicationError.unprocessable(
      'The budget of a key is changed with the key.',
      codes.BUDGET_OF_KEY,
      { apiKeyId: subjectId },
    )
}

/** The first day (UTC) of the window that holds `now`; of a budget without windows, the day of its making. */
function firstDayOf({ duration, createdAt }: BudgetRow, now: Date): string {
  return (duration === null ? new Date(createdAt) : windowStart(duration, now)).toISOString().slice(0, 10)
}

type Terms = Pick<BudgetTerms, 'limitNano' | 'softLimitNano' | 'duration'>

function termsOf(current: Terms, body: UpdateBudget, now: Date): BudgetTerms {
  const nano = (usd: number | null | undefined, before: bigint | null, field: string) =>
    usd === undefined ? before : usd === null ? null : nanoFromUsd(usd, field)
  const duration =
    body.duration === undefined ? current.duration : body.duration === null ? null : durationOf(body.duration)
  return {
    limitNano: nano(body.limit, current.limitNano, 'limit'),
    softLimitNano: nano(body.softLimit, current.softLimitNano, 'softLimit'),
    duration,
    resetAt: nextResetOrNull(duration, now),
  }
}

/** 400 when it is missing or too much; 404 for a person or team that the organization does not have. */
async function subjectOf(
  tx: Tx,
  level: CreateBudget['level'],
  given: string | undefined,
  organizationId: string,
): Promise<string> {
  if (level === 'organization' || level === 'platform') {
    if (given !== undefined)
      throw ApplicationError.validation('This level has one subject only; leave subjectId out.', 'subjectId')
    return organizationId
  }
  if (given === undefined)
    throw ApplicationError.validation(`Name the ${level} whose budget it is.`, 'subjectId')
  if (!(await subjectExists(tx, level, given))) throw ApplicationError.notFound(level, given, 'subjectId')
  return given.toLowerCase()
}

/** Which budgets pay for a call is cached with the key; limits are not. The platform's is noticed within a second. */
async function forgetGrants(tx: Tx, row: BudgetRow): Promise<void> {
  if (row.level === 'user') await changed(tx, { kind: 'user', id: row.subjectId })
  else if (row.level !== 'platform') await changed(tx, { kind: 'organization', id: row.organizationId })
}

import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import {
  idempotent,
  page,
  usdFromNano,
  usdFromNanoOrNull,
  type IdempotencyFacts,
  type PageOf,
} from '#platform/http'
import type { Job, JobRunner } from '#platform/jobs'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import {
  findRecount,
  listDifferences,
  listRecounts,
  listTotals,
  recountDays,
  type DayRow,
  type RecountRow,
} from './recount-read.queries.ts'
import { insertRecount } from './recount.queries.ts'
import type {
  DifferenceListQuery,
  Recount,
  RecountDifference,
  RecountListQuery,
  RecountSummary,
  RecountTotal,
  StartRecount,
  TotalListQuery,
} from './recount.schemas.ts'
import { codes } from './usage-intake.errors.ts'

export const RECOUNT = 'usage.recount'
const JOB = 'usage-recount'
const DAY_MS = 86_400_000
const MOST_DAYS = 92

/** Comparisons of the whole ledger with LiteLLM's logs: the platform's, because those logs know no organizations. */
export class RecountService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #jobs: Pick<JobRunner, 'enqueue'>

  constructor(context: ServiceContext, jobs: Pick<JobRunner, 'enqueue'>) {
    super(context)
    this.#platform = context.platformDatabase
    this.#jobs = jobs
  }

  /** Answers the job; the comparison has its id. 422 `RANGE_INVALID` for days that cannot be compared. */
  start(caller: Caller, body: StartRecount, idempotency?: IdempotencyFacts): Promise<Job> {
    const organizationId = this.organizationOf(caller)
    const at = this.clock.now()
    const begin = async (tx: Tx) => {
      assertRange(body, at)
      const isApplied = body.apply ?? false
      const job = await this.#jobs.enqueue(tx, caller, {
        kind: RECOUNT,
        params: { from: body.from, to: body.to, apply: isApplied },
      })
      const { from, to } = body
      await insertRecount(tx, { id: job.id, organizationId, from, to, isApplied, createdBy: caller.userId })
      await this.audit(tx, caller, {
        category: 'usage',
        action: 'usage.recount_started',
        resourceType: 'usage_recount',
        resourceId: job.id,
        after: { from, to, isApplied },
      })
      return job
    }
    return this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, at, () => begin(tx)),
      'usage recount',
    )
  }

  async list(query: RecountListQuery): Promise<PageOf<RecountSummary>> {
    const { rows, total } = await this.#read((tx) => listRecounts(tx, query))
    return page(rows.map(toSummary), total, query)
  }

  get(id: string): Promise<Recount> {
    return this.#read(async (tx) => {
      const row = await known(tx, id)
      return { ...toSummary(row), days: (await recountDays(tx, id)).map(toDay) }
    })
  }

  differences(id: string, query: DifferenceListQuery): Promise<PageOf<RecountDifference>> {
    return this.#read(async (tx) => {
      await known(tx, id)
      const { rows, total } = await listDifferences(tx, id, query)
      const data = rows.map(({ ourCostNano, theirCostNano, ourTokens, theirTokens, ...row }) => ({
        ...row,
        ourCost: usdFromNanoOrNull(ourCostNano),
        theirCost: usdFromNanoOrNull(theirCostNano),
        ourTokens: ourTokens === null ? null : Number(ourTokens),
        theirTokens: theirTokens === null ? null : Number(theirTokens),
      }))
      return page(data, total, query)
    })
  }

  totals(id: string, query: TotalListQuery): Promise<PageOf<RecountTotal>> {
    return this.#read(async (tx) => {
      await known(tx, id)
      const { rows, total } = await listTotals(tx, id, query)
      const data = rows.map((row) => {
        const { organizationId, apiKeyId, modelName } = row
        return { organizationId, apiKeyId, modelName, ...toDay(row) }
      })
      return page(data, total, query)
    })
  }

  #read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#platform.transaction(JOB, work, { readOnly: true })
  }
}

async function known(tx: Tx, id: string): Promise<RecountRow> {
  const row = await findRecount(tx, id)
  if (!row) throw ApplicationError.notFound('recount', id)
  return row
}

function assertRange({ from, to }: StartRecount, now: Date): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (days >= 1 && days <= MOST_DAYS && Date.parse(to) <= now.getTime()) return
  throw ApplicationError.unprocessable(
    `Compare 1 to ${MOST_DAYS} days, none of them in the future.`,
    codes.RANGE_INVALID,
    { field: days < 1 ? 'from' : 'to' },
  )
}

function toSummary(row: RecountRow): RecountSummary {
  const { callsThere, callsHere, foreignCalls, missingHere, missingThere } = row
  const { differentCost, differentTokens, booked, ...rest } = row
  return {
    ...rest,
    callsThere: Number(callsThere),
    callsHere: Number(callsHere),
    foreignCalls: Number(foreignCalls),
    missingHere: Number(missingHere),
    missingThere: Number(missingThere),
    differentCost: Number(differentCost),
    differentTokens: Number(differentTokens),
    booked: Number(booked),
  }
}

const toDay = (row: DayRow) => ({
  day: row.day,
  ourCalls: Number(row.ourCalls),
  theirCalls: Number(row.theirCalls),
  ourCost: usdFromNano(row.ourCostNano),
  theirCost: usdFromNano(row.theirCostNano),
  ourTokens: Number(row.ourTokens),
  theirTokens: Number(row.theirTokens),
})

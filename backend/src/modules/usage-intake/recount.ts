import type { CallMarks, FinishedCall, UsageWriter } from '#modules/usage'
import type { Clock } from '#platform/clock'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { RunningJob } from '#platform/jobs'
import {
  modelsOf,
  ownersByKey,
  ownersOf,
  payersOf,
  type Owner,
  type Payer,
  type PricedModel,
} from './attribution.queries.ts'
import { directCall, isMarked } from './booking.ts'
import { compare, type Comparison, type TheirCall } from './recount-comparison.ts'
import {
  addTotals,
  advance,
  findPlan,
  finishRecount,
  insertDifferences,
  ourCalls,
  type FoundDifference,
  type FoundInAll,
} from './recount.queries.ts'
import { readWindow, type ListSpendLogs } from './spend-log-reader.ts'
import { recordOfRow, type SpendRecord } from './spend-record.ts'

export interface RecountOptions {
  readonly platform: PlatformDatabase
  readonly list: ListSpendLogs
  readonly writer: Pick<UsageWriter, 'book'>
  readonly marks: CallMarks
  readonly clock: Clock
  /**
   * Calls under this key are the gateway's, and its mark says whose they are: in service mode all, else those of people who
   * are signed in.
   */
  readonly serviceKeyHash: string
}

const JOB = 'usage-recount'
const HOUR_MS = 3_600_000
/** Two clocks name the same moment differently; a call at the edge of a stretch is looked for beyond it. */
const MARGIN_MS = 10 * 60_000
/** What is younger may not have reached LiteLLM's logs. */
const YOUNG_MS = 15 * 60_000

/** Another process has taken the job over. */
class TakenOver extends Error {}

interface Attribution {
  readonly ownerOf: (record: SpendRecord) => Owner | undefined
  readonly models: readonly PricedModel[]
  readonly payers: readonly Payer[]
}

/** Compares a range of our usage with LiteLLM's own logs, one hour after the other, and books what is missing if told so. */
export class UsageRecount {
  readonly #options: RecountOptions

  constructor(options: RecountOptions) {
    this.#options = options
  }

  /** The figures in short, for whoever looks at the job; the comparison itself stands in its own tables. */
  async run(job: RunningJob): Promise<FoundInAll | undefined> {
    const { platform, clock } = this.#options
    const plan = await platform.transaction(JOB, (tx) => findPlan(tx, job.id), { readOnly: true })
    if (!plan) throw ApplicationError.notFound('recount', job.id)
    const from = Date.parse(plan.from)
    const to = Math.min(Date.parse(plan.to) + 24 * HOUR_MS, clock.now().getTime() - YOUNG_MS)
    const hours = Math.max(0, Math.ceil((to - from) / HOUR_MS))
    let at = plan.comparedTo === null ? from : Date.parse(plan.comparedTo)
    while (at < to) {
      job.signal.throwIfAborted()
      job.progress(Math.round((at - from) / HOUR_MS), hours)
      const end = Math.min(at + HOUR_MS, to)
      await this.#compare(job, at, end, plan.isApplied)
      at = end
    }
    const found = await platform.transaction(JOB, (tx) => finishRecount(tx, job.id, clock.now()))
    job.progress(hours, hours)
    return found
  }

  async #compare(job: RunningJob, from: number, to: number, isApplied: boolean): Promise<void> {
    const { platform, list } = this.#options
    const records: SpendRecord[] = []
    await readWindow(list, {
      from: from - MARGIN_MS,
      to: to + MARGIN_MS,
      signal: job.signal,
      onRows: async (rows) => void records.push(...rows.flatMap((row) => recordOfRow(row) ?? [])),
    })
    await platform.transaction(JOB, async (tx) => {
      const attribution = await this.#attribute(tx, records)
      const ours = await ourCalls(tx, new Date(from - MARGIN_MS), new Date(to + MARGIN_MS))
      const theirs = records.map((record) => this.#theirCall(record, attribution))
      const comparison = compare(ours, theirs, { from, to })
      const booked = isApplied
        ? await this.#book(tx, comparison.missingHere, attribution)
        : new Set<TheirCall>()
      await insertDifferences(tx, job.id, [
        ...comparison.differences,
        ...comparison.missingHere.map((call) => asMissing(call, booked.has(call))),
      ])
      await addTotals(tx, job.id, comparison.totals)
      const counts = countsOf(comparison, booked.size)
      if (!(await advance(tx, job.id, { from: new Date(from), to: new Date(to), counts })))
        throw new TakenOver()
    })
  }

  async #attribute(tx: Tx, records: readonly SpendRecord[]): Promise<Attribution> {
    const { serviceKeyHash, clock } = this.#options
    const byHash = new Map(
      (await ownersOf(tx, [...new Set(records.map((one) => one.keyHash))])).map((one) => [one.keyHash, one]),
    )
    const claimed = records
      .filter((one) => one.keyHash === serviceKeyHash)
      .flatMap((one) => one.claim?.key ?? [])
    const byKey = new Map(
      (claimed.length === 0 ? [] : await ownersByKey(tx, [...new Set(claimed)])).map((one) => [
        one.apiKeyId,
        one,
      ]),
    )
    const owners = [...byHash.values(), ...byKey.values()]
    return {
      ownerOf: (record) =>
        byHash.get(record.keyHash) ??
        (record.keyHash === serviceKeyHash ? byKey.get(record.claim?.key ?? '') : undefined),
      models: await modelsOf(
        tx,
        [...new Set(records.map((one) => one.modelGroup))],
        [...new Set(records.map((one) => one.modelId))].filter((id) => id !== ''),
      ),
      payers: await payersOf(tx, owners, clock.now()),
    }
  }

  #theirCall(record: SpendRecord, { ownerOf, models }: Attribution): TheirCall {
    const owner = ownerOf(record)
    const isOwn = owner !== undefined && isMarked(this.#options.marks, record, owner.apiKeyId)
    return { record, owner, models, gatewayCallId: isOwn ? (record.claim?.call ?? null) : null }
  }

  /** Answers those that were really booked: what the ledger remembers as booked is not booked again. */
  async #book(
    tx: Tx,
    missing: Comparison['missingHere'],
    { payers }: Attribution,
  ): Promise<ReadonlySet<TheirCall>> {
    const calls = new Map<FinishedCall, TheirCall>()
    for (const their of missing) {
      const { owner, model, costNano, record, gatewayCallId } = their
      if (model === undefined || costNano === undefined) continue
      const call = directCall(record, { owner, model, costNano, payers, via: 'recount' })
      // The gateway's own call under the id that it would have had, so that nobody can book it a second time.
      calls.set(
        gatewayCallId === null ? call : { ...call, source: 'gateway', requestId: gatewayCallId },
        their,
      )
    }
    const fresh = await this.#options.writer.book(tx, [...calls.keys()])
    return new Set([...calls].filter(([call]) => fresh.has(call.requestId)).map(([, their]) => their))
  }
}

function asMissing(call: Comparison['missingHere'][number], isBooked: boolean): FoundDifference {
  const { record, owner, model, costNano } = call
  return {
    organizationId: owner.organizationId,
    kind: 'missing_here',
    at: record.startedAt,
    requestId: record.requestId,
    apiKeyId: owner.apiKeyId,
    modelName: model?.name ?? (record.modelGroup || record.model),
    ourCostNano: null,
    theirCostNano: costNano ?? null,
    ourTokens: null,
    theirTokens: record.promptTokens + record.completionTokens,
    isBooked,
  }
}

function countsOf(comparison: Comparison, booked: number) {
  const countOf = (kind: FoundDifference['kind']) =>
    comparison.differences.filter((one) => one.kind === kind).length
  return {
    callsThere: comparison.callsThere,
    callsHere: comparison.callsHere,
    foreignCalls: comparison.foreignCalls,
    missingHere: comparison.missingHere.length,
    missingThere: countOf('missing_there'),
    differentCost: countOf('different_cost'),
    differentTokens: countOf('different_tokens'),
    booked,
  }
}

import type { FastifyBaseLogger } from 'fastify'
import { LiteLLMError, type LiteLLMClient, type SpendLogRow } from '#litellm'
import { lowerReservations } from '#modules/budgets'
import type { FinishedCall, UsageWriter } from '#modules/usage'
import type { Clock } from '#platform/clock'
import type { PlatformDatabase } from '#platform/database'
import { costOf, type TokenUsage } from './prices.ts'
import { chainOfKey, listAbandoned, listPrices, type Abandoned, type PricedModel } from './sweeper.queries.ts'
import { usageOf } from './usage-of.ts'

export interface SweeperOptions {
  readonly platform: PlatformDatabase
  readonly client: Pick<LiteLLMClient, 'listSpendLogs'>
  readonly writer: UsageWriter
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** How long after its end a reservation waits, so that LiteLLM's logs have arrived. */
  readonly patienceSeconds: number
  /** LiteLLM knows calls under this key: in service mode all, else those of people who are signed in. */
  readonly serviceKeyHash: string
  /** Whether LiteLLM knows each key, too. */
  readonly hasKeysOfItsOwn: boolean
}

const PAGE_SIZE = 100
const MAX_PAGES = 200
/** LiteLLM away for longer than this after a crash: the reservation is charged, as for any unknown usage. */
const GIVE_UP_MS = 15 * 60_000

/**
 * Heals what a dead process left behind. LiteLLM's logs name the process of each of our calls: those that were not written
 * down are booked now, and the rest of the reservations goes back. Where LiteLLM cannot say, what was set aside is charged.
 */
export class Sweeper {
  readonly #options: SweeperOptions

  constructor(options: SweeperOptions) {
    this.#options = options
  }

  /** Answers how many reservations were cleared. */
  async run(): Promise<number> {
    const { platform, clock, patienceSeconds } = this.#options
    const now = clock.now().getTime()
    const abandoned = await platform.transaction(
      'sweeper',
      (tx) => listAbandoned(tx, new Date(now - patienceSeconds * 1000)),
      { readOnly: true },
    )
    if (abandoned.length === 0) return 0
    const prices = await platform.transaction('sweeper', listPrices, { readOnly: true })
    let cleared = 0
    for (const group of Map.groupBy(abandoned, (one) => `${one.processId} ${one.apiKeyId}`).values())
      cleared += await this.#heal(group, prices, now)
    return cleared
  }

  async #heal(group: readonly Abandoned[], prices: readonly PricedModel[], now: number): Promise<number> {
    const [first] = group
    if (!first) return 0
    const { platform, writer, log } = this.#options
    const chain = await platform.transaction(
      'sweeper',
      (tx) => chainOfKey(tx, first.organizationId, first.apiKeyId),
      { readOnly: true },
    )
    const budgetsFor = (modelId: string) =>
      chain.filter((one) => one.modelId === null || one.modelId === modelId).map((one) => one.id)
    let calls: FinishedCall[]
    try {
      const rows = await this.#logsOf(group)
      calls = rows.flatMap((row) => finishedCall(row, first, prices, budgetsFor) ?? [])
    } catch (error) {
      const isAway = error instanceof LiteLLMError && error.statusCode === 503
      if (isAway && now - Math.min(...group.map((one) => Date.parse(one.expiresAt))) < GIVE_UP_MS) return 0
      log.warn(
        { err: error, process: first.processId },
        'LiteLLM cannot say what a dead process used; charging what was set aside',
      )
      calls = group
        .filter((one) => one.level === 'key' && one.amount > 0n)
        .map((one) => unknownCall(one, prices, budgetsFor))
    }
    for (const call of calls) await writer.settle(call)
    await writer.flush()
    await platform.transaction('sweeper', (tx) =>
      lowerReservations(
        tx,
        group.map(({ reservationId, amount }) => ({ reservationId, amount })),
      ),
    )
    log.info(
      { process: first.processId, reservations: group.length, calls: calls.length },
      'cleared what a dead process held',
    )
    return group.length
  }

  /** The log rows of the group's process and key since the first of its reservations. */
  async #logsOf(group: readonly Abandoned[]): Promise<SpendLogRow[]> {
    const { client, clock, serviceKeyHash, hasKeysOfItsOwn } = this.#options
    const since = Math.min(...group.map((one) => Date.parse(one.createdAt))) - 60_000
    const processId = group[0]?.processId
    const keyId = group[0]?.apiKeyId
    const found: SpendLogRow[] = []
    const hashes = new Set([
      ...(hasKeysOfItsOwn ? group.map((one) => one.proxyTokenHash) : []),
      serviceKeyHash,
    ])
    for (const keyHash of hashes) {
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const answer = await client.listSpendLogs({
          startDate: logTime(since),
          endDate: logTime(clock.now().getTime() + 60_000),
          page,
          pageSize: PAGE_SIZE,
          keyHash,
        })
        found.push(
          ...answer.data.filter(
            (row) => ours(row)?.['process'] === processId && ours(row)?.['key'] === keyId,
          ),
        )
        if (answer.data.length < PAGE_SIZE) break
      }
    }
    return found
  }
}

/** `YYYY-MM-DD HH:MM:SS`, UTC. */
const logTime = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** What the gateway wrote into the log through the metadata header. */
function ours(row: SpendLogRow): Record<string, unknown> | undefined {
  const given: unknown = row.metadata?.['spend_logs_metadata']
  const parsed: unknown = typeof given === 'string' ? JSON.parse(given) : given
  const facts = isObject(parsed) ? parsed['litemaas'] : undefined
  return isObject(facts) ? facts : undefined
}

type BudgetsFor = (modelId: string) => string[]

function base(owner: Abandoned, model: PricedModel, budgetsFor: BudgetsFor) {
  return {
    organizationId: owner.organizationId,
    userId: owner.userId,
    teamId: owner.teamId,
    apiKeyId: owner.apiKeyId,
    modelId: model.id,
    modelName: model.name,
    operation: 'unknown',
    isStream: false,
    timeToFirstTokenMs: null,
    endUser: null,
    budgetIds: budgetsFor(model.id),
    holds: [],
  }
}

function finishedCall(
  row: SpendLogRow,
  owner: Abandoned,
  prices: readonly PricedModel[],
  budgetsFor: BudgetsFor,
): FinishedCall | undefined {
  const model = prices.find((one) => one.name === row.model_group)
  const requestId = ours(row)?.['call']
  if (!model || typeof requestId !== 'string') return undefined
  const usage: TokenUsage = usageOf({ usage: row.metadata?.['usage_object'] }) ?? {
    promptTokens: row.prompt_tokens ?? 0,
    cachedPromptTokens: 0,
    completionTokens: row.completion_tokens ?? 0,
  }
  const startedAt = Date.parse(row.startTime ?? '') || Date.parse(owner.createdAt)
  const isSuccess = row.status !== 'failure'
  return {
    ...base(owner, model, budgetsFor),
    ...usage,
    requestId,
    // As the gateway would have written it: the same event is never booked twice.
    source: 'gateway',
    startedAt,
    outcome: isSuccess ? 'success' : 'error',
    statusCode: isSuccess ? 200 : 503,
    errorCode: isSuccess ? null : 'upstream_unavailable',
    costNano: isSuccess ? costOfLogged(row, model, usage) : 0n,
    isEstimated: false,
    durationMs: durationOf(row.endTime ?? undefined, startedAt),
    metadata: { recovered: true },
  }
}

/** Null where the log does not tell when the call ended. */
function durationOf(endTime: string | undefined, startedAt: number): number | null {
  return endTime === undefined ? null : Math.max(0, (Date.parse(endTime) || startedAt) - startedAt)
}

/** Calls that are paid per request say in their own words how many times. */
function costOfLogged(row: SpendLogRow, model: PricedModel, usage: TokenUsage): bigint {
  const units = ours(row)?.['units']
  return typeof units === 'number' && Number.isInteger(units) && units > 0
    ? (model.perRequest ?? 0n) * BigInt(units)
    : costOf({ prices: model }, usage)
}

function unknownCall(held: Abandoned, prices: readonly PricedModel[], budgetsFor: BudgetsFor): FinishedCall {
  const model = prices.find((one) => one.id === held.modelId) ?? {
    id: held.modelId,
    name: 'unknown',
    input: null,
    cachedInput: null,
    output: null,
    perRequest: null,
  }
  return {
    ...base(held, model, budgetsFor),
    requestId: held.reservationId,
    source: 'sweeper',
    startedAt: Date.parse(held.createdAt),
    outcome: 'error',
    statusCode: 503,
    errorCode: 'process_lost',
    promptTokens: 0,
    cachedPromptTokens: 0,
    completionTokens: 0,
    costNano: held.amount,
    isEstimated: true,
    durationMs: null,
    metadata: { recovered: true },
  }
}

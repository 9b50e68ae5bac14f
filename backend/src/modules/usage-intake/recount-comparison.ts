import type { Owner, PricedModel } from './attribution.queries.ts'
import { costOfRecord, isRefusal, modelOf } from './booking.ts'
import type { FoundDifference, FoundTotal, OurCall } from './recount.queries.ts'
import type { SpendRecord } from './spend-record.ts'

/** A row of LiteLLM's logs, and what we know about it. */
export interface TheirCall {
  readonly record: SpendRecord
  /** Undefined where the key is not ours. */
  readonly owner: Owner | undefined
  readonly models: readonly PricedModel[]
  /** Our id of the call, where the row bears the gateway's valid mark. */
  readonly gatewayCallId: string | null
}

/** One of a key of ours. */
type OwnedCall = TheirCall & {
  readonly owner: Owner
  readonly model: PricedModel | undefined
  /** nano-USD; undefined where neither LiteLLM nor we know it. */
  readonly costNano: bigint | undefined
}

export interface Comparison {
  readonly callsThere: number
  readonly callsHere: number
  readonly foreignCalls: number
  readonly missingHere: readonly OwnedCall[]
  readonly differences: readonly FoundDifference[]
  readonly totals: readonly FoundTotal[]
}

/** LiteLLM reckons in floats: what is left of them in the last digit is no difference. */
const FLOAT_NANO = 2n

const tokensOf = (call: { promptTokens: number; completionTokens: number }): number =>
  call.promptTokens + call.completionTokens

/** What both sides could have: charges for calls of which LiteLLM could not tell, and calls that never reached it, are ours alone. */
const isComparable = (call: OurCall): boolean =>
  call.source !== 'sweeper' && (call.outcome === 'success' || call.costNano > 0n)

/**
 * Compares call by call what began between `from` and `to` (epoch milliseconds). Both lists may reach beyond, so that a
 * call is found whose beginning the two clocks saw on different sides of the edge.
 */
export function compare(
  ours: readonly OurCall[],
  theirs: readonly TheirCall[],
  range: { from: number; to: number },
): Comparison {
  const isWithin = (at: number) => at >= range.from && at < range.to
  const here = new Map(ours.map((call) => [`${call.source} ${call.requestId}`, call]))
  const matched = new Set<OurCall>()
  const sums = new Totals()
  const differences: FoundDifference[] = []
  const missingHere: OwnedCall[] = []
  let callsThere = 0
  let foreignCalls = 0
  const oldestFirst = theirs.toSorted((a, b) => a.record.startedAt - b.record.startedAt)
  for (const their of oldestFirst) {
    const isInRange = isWithin(their.record.startedAt)
    const owned = ownedCall(their)
    if (!owned) {
      if (isInRange && !their.owner) foreignCalls += 1
      continue
    }
    const our = findOurs(here, matched, their)
    if (our) matched.add(our)
    if (!isInRange) continue
    callsThere += 1
    sums.add(owned, our)
    if (our) differences.push(...differencesOf(owned, our))
    else missingHere.push(owned)
  }
  const within = ours.filter((call) => isWithin(call.at) && isComparable(call))
  for (const call of within)
    if (!matched.has(call)) {
      sums.addOurs(call)
      differences.push(missingThere(call))
    }
  return { callsThere, callsHere: within.length, foreignCalls, missingHere, differences, totals: sums.list() }
}

/** Undefined for what is no call of ours: another's key, or a refusal before any model was called. */
function ownedCall(their: TheirCall): OwnedCall | undefined {
  const { record, owner, models } = their
  if (!owner || isRefusal(record)) return undefined
  const model = modelOf(record, models)
  if (!model && !record.isSuccess) return undefined
  return { ...their, owner, model, costNano: costOfRecord(record, model) }
}

/** The gateway's mark fits one row only: a second one that bears it is a call of its own. */
function findOurs(
  here: ReadonlyMap<string, OurCall>,
  matched: ReadonlySet<OurCall>,
  their: TheirCall,
): OurCall | undefined {
  const marked = their.gatewayCallId === null ? undefined : here.get(`gateway ${their.gatewayCallId}`)
  return marked && !matched.has(marked) ? marked : here.get(`proxy ${their.record.requestId}`)
}

function differencesOf(their: OwnedCall, our: OurCall): FoundDifference[] {
  const facts = {
    organizationId: our.organizationId,
    at: our.at,
    requestId: their.record.requestId,
    apiKeyId: our.apiKeyId,
    modelName: our.modelName,
    ourCostNano: our.costNano,
    theirCostNano: their.costNano ?? null,
    ourTokens: tokensOf(our),
    theirTokens: tokensOf(their.record),
    isBooked: false,
  }
  const found: FoundDifference[] = []
  const off = their.costNano === undefined ? 0n : their.costNano - our.costNano
  if (off > FLOAT_NANO || off < -FLOAT_NANO) found.push({ ...facts, kind: 'different_cost' })
  if (
    our.promptTokens !== their.record.promptTokens ||
    our.completionTokens !== their.record.completionTokens
  )
    found.push({ ...facts, kind: 'different_tokens' })
  return found
}

const missingThere = (call: OurCall): FoundDifference => ({
  organizationId: call.organizationId,
  kind: 'missing_there',
  at: call.at,
  requestId: call.requestId,
  apiKeyId: call.apiKeyId,
  modelName: call.modelName,
  ourCostNano: call.costNano,
  theirCostNano: null,
  ourTokens: tokensOf(call),
  theirTokens: null,
  isBooked: false,
})

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** Sums of both sides by day, key and model. A matched pair stands on one line, by our day and model. */
class Totals {
  readonly #sums = new Map<string, FoundTotal>()

  add(their: OwnedCall, our: OurCall | undefined): void {
    const { owner, record, model } = their
    const sum = our
      ? this.#of(our.organizationId, dayOf(our.at), our.apiKeyId, our.modelName)
      : this.#of(
          owner.organizationId,
          dayOf(record.startedAt),
          owner.apiKeyId,
          model?.name ?? (record.modelGroup || record.model),
        )
    sum.theirCalls += 1
    sum.theirCostNano += their.costNano ?? 0n
    sum.theirTokens += tokensOf(record)
    if (our) addTo(sum, our)
  }

  addOurs(call: OurCall): void {
    addTo(this.#of(call.organizationId, dayOf(call.at), call.apiKeyId, call.modelName), call)
  }

  list(): FoundTotal[] {
    return [...this.#sums.values()]
  }

  #of(organizationId: string, day: string, apiKeyId: string, modelName: string): FoundTotal {
    const name = `${organizationId} ${day} ${apiKeyId} ${modelName}`
    const known = this.#sums.get(name)
    if (known) return known
    const none = { ourCalls: 0, theirCalls: 0, ourTokens: 0, theirTokens: 0 }
    const made: FoundTotal = {
      organizationId,
      day,
      apiKeyId,
      modelName,
      ...none,
      ourCostNano: 0n,
      theirCostNano: 0n,
    }
    this.#sums.set(name, made)
    return made
  }
}

function addTo(sum: FoundTotal, call: OurCall): void {
  sum.ourCalls += 1
  sum.ourCostNano += call.costNano
  sum.ourTokens += tokensOf(call)
}

import type { KnownApiKey } from '#identity'
import { BudgetEnded, type BudgetLedger, type ChainLink, type Hold } from '#modules/budgets'
import { ApplicationError } from '#platform/errors'
import type { Call } from './call.ts'
import { refusals } from './errors.ts'
import type { Grant, GrantedModel, Grants } from './grants.ts'
import type { Admission, Limits } from './limits.ts'
import { OPERATIONS } from './operations.ts'
import { costOf, isPriced, type TokenUsage } from './prices.ts'
import { worstCase, type WorstCase } from './worst-case.ts'

/** A call that may go upstream: everything that it could cost is set aside. */
export interface AdmittedCall {
  readonly call: Call
  readonly key: KnownApiKey
  readonly grant: Grant
  readonly model: GrantedModel
  readonly worst: WorstCase
  readonly chain: readonly ChainLink[]
  readonly holds: readonly Hold[]
  /** What is charged when usage stays unknown; nano-USD. */
  readonly reservedNano: bigint
  readonly limits: Admission
  readonly startedAt: number
}

export interface AdmissionParts {
  readonly grants: Grants
  readonly limits: Limits
  readonly ledger: BudgetLedger
  readonly defaultOutputTokens: number
  /** Whether the catalogue has a model of this name; only asked for what the key does not have. */
  readonly modelExists: (name: string, grant: Grant) => Promise<boolean>
  readonly now: () => number
}

/** Decides whether a call may go upstream, in this order: key, address, model, price, limits, budgets. Throws the refusal. */
export async function admit(
  parts: AdmissionParts,
  key: KnownApiKey,
  call: Call,
  requestId: string,
  address: string,
): Promise<AdmittedCall> {
  const found = parts.grants.of(key)
  const grant = found instanceof Promise ? await found : found
  if (!grant) throw refusals.invalidKey()
  if (grant.isAllowedAddress?.(address) === false) throw refusals.addressNotAllowed()
  const model = grant.byName.get(call.model) ?? (await refuseModel(parts, grant, call.model))
  if (model.availability === 'unavailable') throw refusals.upstreamUnavailable()
  const { modes, pricing, writes } = OPERATIONS[call.operation]
  if (!modes.has(model.mode))
    throw refusals.invalid(`'${model.name}' is not a model for this endpoint.`, 'model')
  if (!isPriced(model, pricing, writes)) throw refusals.modelNotPriced(model.name)

  const worst = worstCase(call, model, parts.defaultOutputTokens)
  if (
    call.maxOutputTokens !== undefined &&
    writes &&
    model.maxOutputTokens !== null &&
    call.maxOutputTokens > model.maxOutputTokens
  )
    throw refusals.invalid(`'${model.name}' writes at most ${model.maxOutputTokens} tokens.`, 'max_tokens')
  const most: TokenUsage = {
    promptTokens: worst.inputTokens,
    cachedPromptTokens: 0,
    completionTokens: worst.outputTokens,
  }
  const reservedNano =
    pricing === 'tokens'
      ? costOf(withHighestInputPrice(model), most)
      : (model.prices.perRequest ?? 0n) * BigInt(pricing === 'free' ? 0 : call.choices)
  const chain = grant.budgets.filter((budget) => budget.modelId === null || budget.modelId === model.id)

  const startedAt = parts.now()
  const scope = { organizationId: key.organizationId, userId: key.userId, requestId }
  const admission = parts.limits.admit(scope, grant, model, worst.inputTokens + worst.outputTokens, startedAt)
  const limits = admission instanceof Promise ? await admission : admission
  if (pricing === 'free')
    return { call, key, grant, model, worst, chain, holds: [], reservedNano, limits, startedAt }
  try {
    const facts = {
      apiKeyId: key.id,
      userId: key.userId,
      modelId: model.id,
      proxyTokenHash: key.proxyTokenHash,
    }
    const reserved = parts.ledger.reserve(scope, chain, reservedNano, facts)
    const holds = reserved instanceof Promise ? await reserved : reserved
    return { call, key, grant, model, worst, chain, holds, reservedNano, limits, startedAt }
  } catch (error) {
    limits.finish(0)
    throw error instanceof BudgetEnded ? budgetRefusal(error, model, worst) : error
  }
}

/** Names the level, and says in tokens, never in money, how long an answer would still fit. */
function budgetRefusal(ended: BudgetEnded, model: GrantedModel, worst: WorstCase): ApplicationError {
  const price = model.prices.output ?? 0n
  if (price === 0n || worst.outputLimit === 0) return ApplicationError.budgetExceeded(ended.level)
  const input = costOf(withHighestInputPrice(model), {
    promptTokens: worst.inputTokens,
    cachedPromptTokens: 0,
    completionTokens: 0,
  })
  const left = ended.remainingNano > input ? ended.remainingNano - input : 0n
  const choices = BigInt(worst.outputTokens / worst.outputLimit)
  return ApplicationError.budgetExceeded(ended.level, {
    tokensThatFit: Number((left * 1_000_000n) / price / choices),
  })
}

/** Cached input may cost more than plain input at some providers; the reservation covers the dearer one. */
function withHighestInputPrice(model: GrantedModel): GrantedModel {
  const { input, cachedInput } = model.prices
  if (input === null || cachedInput === null || cachedInput <= input) return model
  return { ...model, prices: { ...model.prices, input: cachedInput } }
}

async function refuseModel(parts: AdmissionParts, grant: Grant, name: string): Promise<never> {
  throw (await parts.modelExists(name, grant)) ? refusals.modelNotAllowed(name) : refusals.modelNotFound(name)
}

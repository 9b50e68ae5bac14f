import type { GrantedModel } from './grants.ts'
import type { OperationTraits } from './operations.ts'

/** What the proxy reported. Cached tokens are part of the prompt's. */
export interface TokenUsage {
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
}

type Priced = Pick<GrantedModel, 'prices'>

const MILLION = 1_000_000n

/** Whether calls of an operation can be charged. */
export function isPriced(model: Priced, pricing: OperationTraits['pricing'], needsOutput: boolean): boolean {
  const { prices } = model
  if (pricing === 'free' || prices.perRequest !== null) return true
  if (pricing === 'request') return false
  return prices.input !== null && (!needsOutput || prices.output !== null)
}

/** nano-USD, rounded up once. Cached input without a price of its own costs the input price. */
export function costOf(model: Priced, usage: TokenUsage): bigint {
  const { prices } = model
  const input = prices.input ?? 0n
  const cached = Math.min(usage.cachedPromptTokens, usage.promptTokens)
  const sum =
    BigInt(usage.promptTokens - cached) * input +
    BigInt(cached) * (prices.cachedInput ?? input) +
    BigInt(usage.completionTokens) * (prices.output ?? 0n)
  return (sum + MILLION - 1n) / MILLION + (prices.perRequest ?? 0n)
}

import type { TokenUsage } from './prices.ts'

/** The most that a usage row can hold. */
const MOST_TOKENS = 2_147_483_647

/** A figure that can be true; anything else is unknown, which is charged as reserved. */
export const count = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? Math.ceil(value) : undefined

export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

/**
 * The usage object of an answer or of an event, in either of OpenAI's spellings; undefined when there is none. An explicit
 * zero is a zero, a missing figure is not.
 */
export function usageOf(answer: unknown): TokenUsage | undefined {
  const usage = field(answer, 'usage') ?? field(field(answer, 'response'), 'usage')
  const promptTokens = count(field(usage, 'prompt_tokens') ?? field(usage, 'input_tokens'))
  if (promptTokens === undefined) return undefined
  const completion = field(usage, 'completion_tokens') ?? field(usage, 'output_tokens')
  const completionTokens = completion === undefined || completion === null ? 0 : count(completion)
  if (completionTokens === undefined) return undefined
  const details = field(usage, 'prompt_tokens_details') ?? field(usage, 'input_tokens_details')
  return { promptTokens, completionTokens, cachedPromptTokens: count(field(details, 'cached_tokens')) ?? 0 }
}

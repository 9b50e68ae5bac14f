import type { TokenUsage } from './prices.ts'
import { count, field } from './usage-of.ts'

interface Figures {
  fresh: number | undefined
  written: number
  cached: number
  output: number | undefined
}

const larger = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)

/**
 * Usage as Anthropic writes it: the figures of a stream are totals so far, spread over its first and its last events; tokens
 * read from and written to the cache stand beside the others, not among them.
 */
export class MessagesUsage {
  readonly #figures: Figures = { fresh: undefined, written: 0, cached: 0, output: undefined }
  #isEnded = false

  /** One event, or a whole answer; answers the usage once it is known. */
  read(content: unknown): TokenUsage | undefined {
    const atStart = field(field(content, 'message'), 'usage')
    const atEnd = field(content, 'usage')
    this.#add(atStart)
    this.#add(atEnd)
    if (atEnd !== undefined && atEnd !== null) this.#isEnded = true
    return this.#total()
  }

  #add(usage: unknown): void {
    const figures = this.#figures
    figures.fresh = larger(figures.fresh, count(field(usage, 'input_tokens')))
    figures.written = Math.max(figures.written, count(field(usage, 'cache_creation_input_tokens')) ?? 0)
    figures.cached = Math.max(figures.cached, count(field(usage, 'cache_read_input_tokens')) ?? 0)
    figures.output = larger(figures.output, count(field(usage, 'output_tokens')))
  }

  #total(): TokenUsage | undefined {
    const { fresh, written, cached, output } = this.#figures
    if (!this.#isEnded || fresh === undefined || output === undefined) return undefined
    const promptTokens = fresh + written + cached
    // No message is empty: where LiteLLM was told nothing by a model, it writes zeros here.
    if (promptTokens === 0) return undefined
    return { promptTokens, cachedPromptTokens: cached, completionTokens: output }
  }
}

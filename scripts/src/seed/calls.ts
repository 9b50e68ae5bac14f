// How a key was used: calls that never took place, the same for the same seed, key and day.
import type { PlannedKey } from './plan.ts'
import { Random } from './random.ts'

export interface SeededCall {
  readonly at: Date
  readonly number: number
  readonly modelId: string
  readonly modelName: string
  readonly operation: 'chat' | 'embeddings'
  readonly isStream: boolean
  readonly outcome: 'success' | 'error' | 'cancelled'
  readonly statusCode: number
  readonly errorCode: string | null
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
  readonly costNano: bigint
  readonly durationMs: number
  readonly timeToFirstTokenMs: number
}

const DAY_MS = 86_400_000
const MILLION = 1_000_000n
/** Part of a limit that made-up calls may spend, so that the key can still be used. */
const SHARE_OF_BUDGET = 0.9

/** When the window that holds `at` began: midnight, Monday or the first of the month in UTC. */
export function windowStart(duration: PlannedKey['settings']['budgetDuration'], at: Date): Date {
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  if (duration === '1d') return new Date(midnight)
  if (duration === '7d') return new Date(midnight - ((at.getUTCDay() + 6) % 7) * DAY_MS)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1))
}

/** `days` whole days in UTC before the one that holds `now`; no window's sum comes near the key's limit. */
export function callsOf(seed: number, key: PlannedKey, now: Date, days: number): SeededCall[] {
  const { maxBudget, budgetDuration } = key.settings
  const most = BigInt(Math.round(maxBudget * SHARE_OF_BUDGET * 1e9))
  const spent = new Map<number, bigint>()
  const today = windowStart('1d', now).getTime()
  const from = new Date(today - days * DAY_MS)
  // Counted from the beginning of the first window, so that a day is the same whenever it is looked at.
  const first = windowStart(budgetDuration, from).getTime()
  return Array.from({ length: (today - first) / DAY_MS }, (_, index) => new Date(first + index * DAY_MS))
    .flatMap((day) => callsOfDay(seed, key, day))
    .filter((call) => {
      const window = windowStart(budgetDuration, call.at).getTime()
      const sum = (spent.get(window) ?? 0n) + call.costNano
      if (sum > most) return false
      spent.set(window, sum)
      return true
    })
    .filter((call) => call.at >= from)
}

function callsOfDay(seed: number, key: PlannedKey, day: Date): SeededCall[] {
  const random = new Random(`${String(seed)} ${key.person} ${key.name} ${day.toISOString()}`)
  const isWeekend = day.getUTCDay() % 6 === 0
  const count = Math.round(key.callsPerDay * (isWeekend ? 0.25 : 1) * (0.6 + 0.8 * random.next()))
  return Array.from({ length: count }, (_, number) => callOf(random, key, day, number)).sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  )
}

function callOf(random: Random, key: PlannedKey, day: Date, number: number): SeededCall {
  const [first, ...others] = key.models
  if (!first) throw new Error(`the key ${key.name} has no models`)
  // The first model is called most.
  const model = others.length > 0 && random.isLucky(0.3) ? random.pick([first, ...others]) : first
  const isEmbedding = model.mode === 'embedding'
  // Two hours each that lie around the middle of a working day.
  const hours = 6 + 6 * random.next() + 6 * random.next()
  const fate = random.next()
  const outcome = fate < 0.015 ? 'error' : fate < 0.03 ? 'cancelled' : 'success'
  const promptTokens = outcome === 'error' ? 0 : random.size(60, 4000)
  const cachedPromptTokens = isEmbedding || random.isLucky(0.7) ? 0 : Math.floor(promptTokens * random.next())
  const completionTokens = isEmbedding || outcome === 'error' ? 0 : random.size(20, 900)
  const timeToFirstTokenMs = random.size(90, 900)
  const usage = { promptTokens, cachedPromptTokens, completionTokens }
  return {
    at: new Date(day.getTime() + Math.floor(hours * 3_600_000)),
    number,
    modelId: model.id,
    modelName: model.name,
    operation: isEmbedding ? 'embeddings' : 'chat',
    isStream: !isEmbedding && random.isLucky(0.6),
    outcome,
    statusCode: outcome === 'error' ? 503 : outcome === 'cancelled' ? 499 : 200,
    errorCode: outcome === 'error' ? 'upstream_unavailable' : null,
    ...usage,
    costNano: costOf(model, usage),
    durationMs: timeToFirstTokenMs + completionTokens * random.size(6, 18),
    timeToFirstTokenMs,
  }
}

interface Usage {
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
}

type Prices = Pick<
  PlannedKey['models'][number],
  'inputPriceNano' | 'cachedInputPriceNano' | 'outputPriceNano'
>

/** As the gateway counts: nano-USD, rounded up once. */
export function costOf(model: Prices, usage: Usage): bigint {
  const { inputPriceNano: input, cachedInputPriceNano, outputPriceNano } = model
  const sum =
    BigInt(usage.promptTokens - usage.cachedPromptTokens) * input +
    BigInt(usage.cachedPromptTokens) * (cachedInputPriceNano ?? input) +
    BigInt(usage.completionTokens) * outputPriceNano
  return (sum + MILLION - 1n) / MILLION
}

// How the keys were used: calls that never took place, by office hours, growth, and a few who call most.
import { Random, uuidOf } from '../random.ts'
import { costOf } from '../calls.ts'
import type { Row } from './copy.ts'
import type { BusyModel } from './models.ts'
import { DAY_MS, type BusyOptions, type BusyOrganization } from './plan.ts'
import type { BusyKey } from './rights.ts'

/** Somewhat more than what is promised, because what falls on the other side of a bound is left out. */
const CALLS_A_MONTH = 112_000
const HOUR_MS = 3_600_000

type Habit = 'office' | 'batch' | 'always'

interface Plan {
  readonly key: BusyKey
  readonly habit: Habit
  readonly isStreaming: number
  readonly fromMs: number
  readonly toMs: number
  /** Expected calls of each day, before they are brought to the promised sum. */
  readonly weights: Float64Array
}

export const startOf = ({ until, months }: BusyOptions): Date =>
  new Date(until.getTime() - months * 30 * DAY_MS)

const habits: readonly [Habit, ...Habit[]] = ['office', 'office', 'office', 'always', 'batch']

/** The rows of `usage_logs`, a day after the other. */
export function* callsOf(options: BusyOptions, keys: readonly BusyKey[]): Generator<Row> {
  const days = Math.round((options.until.getTime() - startOf(options).getTime()) / DAY_MS)
  const plans = plansOf(options, keys, days)
  const sum = plans.reduce(
    (total, { weights }) => total + weights.reduce((one, weight) => one + weight, 0),
    0,
  )
  const factor = sum === 0 ? 0 : (CALLS_A_MONTH * options.months * options.scale) / sum
  for (let day = 0; day < days; day += 1) {
    const calls = plans.flatMap((plan) => callsOfDay(options, plan, day, factor))
    yield* calls.sort((a, b) => (a['at'] as Date).getTime() - (b['at'] as Date).getTime())
  }
}

function plansOf(options: BusyOptions, keys: readonly BusyKey[], days: number): Plan[] {
  const busiest = new Random(`${String(options.seed)} busy traffic`).shuffled(keys)
  const spikes = new Map<BusyOrganization, ReadonlySet<number>>()
  return busiest.map((key, rank) => {
    const { organization } = key.membership
    const random = new Random(`${String(options.seed)} busy traffic ${key.id}`)
    const known = spikes.get(organization) ?? spikesOf(options, organization, days)
    spikes.set(organization, known)
    const habit = random.pick(habits)
    const from = Math.max(startOf(options).getTime(), key.createdAt.getTime() + HOUR_MS)
    const to = Math.min(options.until.getTime(), (key.endedAt ?? options.until).getTime())
    // Zipf: the busiest key calls a hundred times as often as the hundredth.
    const base = 1 / (rank + 3)
    const weights = Float64Array.from({ length: days }, (_, day) => {
      const begins = startOf(options).getTime() + day * DAY_MS
      const noise = random.logNormal(1, 0.4)
      if (begins + DAY_MS <= from || begins >= to) return 0
      const isWeekend = new Date(begins).getUTCDay() % 6 === 0
      const growth = 0.6 + (0.8 * day) / days
      return (
        base *
        noise *
        growth *
        (isWeekend ? (habit === 'office' ? 0.15 : 0.8) : 1) *
        (known.has(day) ? 2.6 : 1)
      )
    })
    return { key, habit, isStreaming: habit === 'batch' ? 0.05 : 0.7, fromMs: from, toMs: to, weights }
  })
}

function spikesOf({ seed }: BusyOptions, { id }: BusyOrganization, days: number): ReadonlySet<number> {
  const random = new Random(`${String(seed)} busy spikes ${id}`)
  return new Set(Array.from({ length: 4 }, () => random.between(0, Math.max(0, days - 1))))
}

function callsOfDay(options: BusyOptions, plan: Plan, day: number, factor: number): Row[] {
  const expected = (plan.weights[day] ?? 0) * factor
  if (expected === 0) return []
  const random = new Random(`${String(options.seed)} ${plan.key.id} day ${String(day)}`)
  const count = Math.floor(expected + random.next())
  const midnight = startOf(options).getTime() + day * DAY_MS
  return Array.from({ length: count }, (_, number) => ({ at: atOf(random, plan, midnight), number }))
    .filter(({ at }) => at >= plan.fromMs && at < plan.toMs)
    .map(({ at, number }) => callOf(random, plan, at, `${plan.key.id} ${String(day)} ${String(number)}`))
}

/** Office hours in the organization's own zone; batches in its night. */
function atOf(random: Random, { key, habit }: Plan, midnight: number): number {
  const { hoursEast } = key.membership.organization
  const hours =
    habit === 'office'
      ? 7.5 + 5.5 * random.next() + 5.5 * random.next()
      : habit === 'batch' ? 1 + 3 * random.next() : 24 * random.next() // prettier-ignore
  return midnight + Math.floor((hours - hoursEast) * HOUR_MS)
}

const failures: readonly (readonly [statusCode: number, errorCode: string, until: number])[] = [
  [503, 'upstream_unavailable', 0.45],
  [400, 'invalid_request_error', 0.7],
  [429, 'rate_limit_exceeded', 0.88],
  [504, 'upstream_timeout', 0.96],
  [400, 'context_length_exceeded', 1],
]

function callOf(random: Random, { key, isStreaming }: Plan, at: number, name: string): Row {
  const { subscriptions, person, membership, team } = key
  const place =
    subscriptions.length > 1 && random.isLucky(0.4) ? random.between(0, subscriptions.length - 1) : 0
  const model = (subscriptions[place] ?? subscriptions[0])?.model
  if (!model) throw new Error(`The key ${key.name} has no models.`)
  const isEmbedding = model.mode === 'embedding'
  const isStream = !isEmbedding && random.isLucky(isStreaming)
  const fate = random.next()
  const outcome = fate < 0.023 ? 'error' : isStream && fate < 0.037 ? 'cancelled' : 'success'
  const failure =
    outcome === 'error' ? (failures.find(([, , until]) => random.next() < until) ?? failures[0]) : undefined
  const usage = usageOf(random, model, outcome)
  const time = timesOf(random, model, usage.completionTokens, outcome)
  const origin = random.next()
  const source = origin < 0.07 ? 'proxy' : origin < 0.071 ? 'sweeper' : 'gateway'
  const isMeasured = source !== 'sweeper'
  return {
    organization_id: membership.organization.id,
    at: new Date(at),
    id: uuidOf(`call ${name}`),
    request_id: source === 'proxy' ? `chatcmpl-${uuidOf(`proxy ${name}`)}` : uuidOf(`request ${name}`),
    source,
    user_id: person.id,
    team_id: team.id,
    api_key_id: key.id,
    model_id: model.id,
    model_name: model.name,
    operation: isEmbedding ? 'embeddings' : place % 3 === 2 ? 'responses' : 'chat',
    is_stream: isStream,
    outcome,
    status_code: failure?.[0] ?? (outcome === 'cancelled' ? 499 : 200),
    error_code: failure?.[1] ?? null,
    prompt_tokens: usage.promptTokens,
    cached_prompt_tokens: usage.cachedPromptTokens,
    completion_tokens: usage.completionTokens,
    cost_nano: costOf(model, usage),
    is_estimated: source === 'sweeper',
    duration_ms: isMeasured ? time.durationMs : null,
    time_to_first_token_ms: isMeasured && outcome !== 'error' ? time.firstTokenMs : null,
    end_user: random.isLucky(0.05) ? `customer-${String(random.between(1, 40))}` : null,
    metadata: {
      keyName: key.name,
      ...(source === 'proxy' ? { via: random.isLucky(0.5) ? 'push' : 'pull' } : {}),
    },
    booked_at: new Date(at + time.durationMs + (source === 'proxy' ? random.between(5, 600) * 1000 : 400)),
  }
}

interface Usage {
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
}

function usageOf(random: Random, model: BusyModel, outcome: string): Usage {
  const wish = Math.max(1, Math.round(random.logNormal(model.mode === 'embedding' ? 260 : 700, 1)))
  const promptTokens = outcome === 'error' ? 0 : Math.min(wish, model.contextLength)
  const isCached = model.cachedInputPriceNano !== null && random.isLucky(0.35)
  const answer = Math.max(1, Math.round(random.logNormal(220, 0.9)))
  return {
    promptTokens,
    cachedPromptTokens: isCached ? Math.floor(promptTokens * 0.9 * random.next()) : 0,
    completionTokens:
      model.maxOutputTokens === null || outcome === 'error'
        ? 0
        : Math.min(outcome === 'cancelled' ? Math.ceil(answer / 3) : answer, model.maxOutputTokens),
  }
}

function timesOf(
  random: Random,
  model: BusyModel,
  completionTokens: number,
  outcome: string,
): { firstTokenMs: number; durationMs: number } {
  const firstTokenMs = Math.max(1, Math.round(random.logNormal(model.firstTokenMs, 0.5)))
  if (outcome === 'error') return { firstTokenMs, durationMs: Math.round(firstTokenMs / 2) }
  const rest = completionTokens * random.logNormal(model.tokenMs, 0.25)
  return { firstTokenMs, durationMs: Math.min(3_000_000, Math.round(firstTokenMs + rest)) }
}

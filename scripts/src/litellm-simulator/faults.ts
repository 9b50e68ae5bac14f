import { isObject, numberOf, objectOf, stringOf, type JsonObject } from './json.ts'

/** Usage numbers that replace the honest ones, in answers and in the books. */
interface ReportedUsage {
  prompt_tokens: number
  completion_tokens: number
  prompt_tokens_details?: { cached_tokens?: number }
}

/**
 * One planted fault. "Effect" is what the call does to the proxy's state. `garbage`, `html` and `truncatedJson` spoil
 * the answer after the effect, unless `failBefore` is given too.
 */
export interface Fault {
  match: { path?: string; model?: string; keyHash?: string; method?: string }
  /** How many matching calls it hits; without it, every one until removed. */
  timesLeft: number
  delayMs: number
  /** Waits between the effect and the answer: the caller's time-out strikes after the thing was done. */
  delayAfterEffectMs: number
  chunkDelayMs: number | null
  failBefore: number | null
  failAfterEffect: number | null
  garbage: boolean
  html: boolean
  truncatedJson: boolean
  resetBeforeHeaders: boolean
  resetAfterEffect: boolean
  resetMidStreamAfterChunks: number | null
  errorMidStream: boolean
  usageMissing: boolean
  usage: ReportedUsage | null
}

function usageOf(value: unknown): ReportedUsage | null {
  if (!isObject(value)) return null
  const cached = numberOf(objectOf(value['prompt_tokens_details'])['cached_tokens'])
  return {
    prompt_tokens: numberOf(value['prompt_tokens']) ?? 0,
    completion_tokens: numberOf(value['completion_tokens']) ?? 0,
    ...(cached === null ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
  }
}

/** Reads a fault from the body of `POST /simulator/faults`. */
export function parseFault(body: JsonObject): Fault {
  const match = objectOf(body['match'])
  const wanted: Fault['match'] = {}
  for (const name of ['path', 'model', 'keyHash', 'method'] as const) {
    const value = stringOf(match[name])
    if (value !== null) wanted[name] = value
  }
  return {
    match: wanted,
    timesLeft: numberOf(body['times']) ?? Number.POSITIVE_INFINITY,
    delayMs: numberOf(body['delayMs']) ?? 0,
    delayAfterEffectMs: numberOf(body['delayAfterEffectMs']) ?? 0,
    chunkDelayMs: numberOf(body['chunkDelayMs']),
    failBefore: numberOf(body['failBefore']),
    failAfterEffect: numberOf(body['failAfterEffect']),
    garbage: body['garbage'] === true,
    html: body['html'] === true,
    truncatedJson: body['truncatedJson'] === true,
    resetBeforeHeaders: body['resetBeforeHeaders'] === true,
    resetAfterEffect: body['resetAfterEffect'] === true,
    resetMidStreamAfterChunks: numberOf(body['resetMidStreamAfterChunks']),
    errorMidStream: body['errorMidStream'] === true,
    usageMissing: body['usageMissing'] === true,
    usage: usageOf(body['usage']),
  }
}

/** The planted faults, in the order of planting; the first that matches a call is taken. */
export class Faults {
  #planted: Fault[] = []

  add(fault: Fault): void {
    this.#planted.push(fault)
  }

  clear(): void {
    this.#planted = []
  }

  list(): Fault[] {
    return this.#planted
  }

  /** The fault for this call, counted down; a `path` ending in `*` matches by prefix. */
  take(call: {
    method: string
    path: string
    model: string | null
    keyHash: string | null
  }): Fault | undefined {
    if (this.#planted.length === 0) return undefined
    const fault = this.#planted.find(({ match }) => {
      if (match.method !== undefined && match.method !== call.method) return false
      if (match.model !== undefined && match.model !== call.model) return false
      if (match.keyHash !== undefined && match.keyHash !== call.keyHash) return false
      if (match.path === undefined) return true
      return match.path.endsWith('*')
        ? call.path.startsWith(match.path.slice(0, -1))
        : match.path === call.path
    })
    if (fault === undefined) return undefined
    fault.timesLeft -= 1
    if (fault.timesLeft <= 0) this.#planted = this.#planted.filter((other) => other !== fault)
    return fault
  }
}

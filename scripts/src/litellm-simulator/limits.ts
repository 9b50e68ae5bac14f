import { ProxyError } from './errors.ts'

const windowMs = 60_000

interface Window {
  startedAt: number
  requests: number
  tokens: number
  parallel: number
}

/** The limits of one scope (a key, a user, a team, a model on a key); null is unlimited. */
export interface Scope {
  name: 'api_key' | 'user' | 'team' | 'model_per_key'
  id: string
  requests: number | null
  tokens: number | null
  parallel: number | null
}

function stampOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * Fixed windows of 60 s. A request counts when admitted, and so does one token; the call's tokens are added after it,
 * so that the last call within a window may overshoot.
 */
export class RateLimits {
  readonly #windows = new Map<string, Window>()

  #window(scope: Scope, now: number): Window {
    const id = `${scope.name}:${scope.id}`
    const known = this.#windows.get(id)
    if (known === undefined) {
      const made = { startedAt: now, requests: 0, tokens: 0, parallel: 0 }
      this.#windows.set(id, made)
      return made
    }
    if (now - known.startedAt >= windowMs) {
      known.startedAt = now
      known.requests = 0
      known.tokens = 0
    }
    return known
  }

  /** Admits a call or throws 429; the answer's headers say what remains. Every admission needs one `release`. */
  admit(scopes: readonly Scope[]): Record<string, string> {
    const now = Date.now()
    for (const scope of scopes) {
      const window = this.#window(scope, now)
      if (scope.requests !== null && window.requests + 1 > scope.requests) {
        throw refusal(scope, 'requests', scope.requests, window)
      }
      if (scope.tokens !== null && window.tokens + 1 > scope.tokens) {
        throw refusal(scope, 'tokens', scope.tokens, window)
      }
      if (scope.parallel !== null && window.parallel + 1 > scope.parallel) {
        throw refusal(scope, 'max_parallel_requests', scope.parallel, window)
      }
    }
    const headers: Record<string, string> = {}
    for (const scope of scopes) {
      const window = this.#window(scope, now)
      window.requests += 1
      window.tokens += 1
      window.parallel += 1
      announce(headers, scope, 'requests', scope.requests, window.requests)
      announce(headers, scope, 'tokens', scope.tokens, window.tokens)
      announce(headers, scope, 'max_parallel_requests', scope.parallel, window.parallel)
    }
    return headers
  }

  /** The call is over and used this many tokens. */
  release(scopes: readonly Scope[], tokens: number): void {
    const now = Date.now()
    for (const scope of scopes) {
      const window = this.#window(scope, now)
      window.tokens += tokens
      window.parallel = Math.max(0, window.parallel - 1)
    }
  }
}

function announce(
  headers: Record<string, string>,
  scope: Scope,
  kind: string,
  limit: number | null,
  used: number,
): void {
  if (limit === null) return
  headers[`x-ratelimit-${scope.name}-limit-${kind}`] = String(limit)
  headers[`x-ratelimit-${scope.name}-remaining-${kind}`] = String(Math.max(0, limit - used))
}

function refusal(scope: Scope, kind: string, limit: number, window: Window): ProxyError {
  const resetAt = stampOf(window.startedAt + windowMs)
  return new ProxyError(
    429,
    'None',
    `Rate limit exceeded for ${scope.name}: ${scope.id}. Limit type: ${kind}. Current limit: ${limit}, Remaining: 0. Limit resets at: ${resetAt}`,
    'None',
    { 'retry-after': '60', rate_limit_type: kind, reset_at: resetAt },
  )
}

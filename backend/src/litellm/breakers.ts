import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel'
import { isIllness } from './litellm.errors.ts'

/** Calls that fail together share a breaker, so that a failing key administration does not stop the catalogue. */
export type OperationClass = 'admin' | 'catalogue' | 'logs' | 'models'

export type Breakers = Readonly<Record<OperationClass, CircuitBreakerPolicy>>

export interface BreakerSettings {
  readonly failures?: number
  readonly firstRetryMs?: number
  /** Well below the minute within which a recovered LiteLLM must have been told everything. */
  readonly maxRetryMs?: number
}

/** One breaker per operation class: opens after consecutive illness, then lets single calls through to find out. */
export function createBreakers(settings: BreakerSettings = {}): Breakers {
  const breaker = () =>
    circuitBreaker(handleWhen(isIllness), {
      breaker: new ConsecutiveBreaker(settings.failures ?? 5),
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: settings.firstRetryMs ?? 1000,
        maxDelay: settings.maxRetryMs ?? 10_000,
      }),
    })
  return { admin: breaker(), catalogue: breaker(), models: breaker(), logs: breaker() }
}

export const isClosed = (breaker: CircuitBreakerPolicy): boolean => breaker.state === CircuitState.Closed

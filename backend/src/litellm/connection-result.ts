import { LiteLLMError } from './litellm.errors.ts'

/** What became of trying a model. */
export type ConnectionResult = 'found' | 'not-found' | 'auth-error' | 'connection-error' | 'timeout'

/** Names of LiteLLM's exceptions, in the order in which they decide: outer ones quote inner ones. */
const EXCEPTIONS: ReadonlyArray<readonly [RegExp, ConnectionResult]> = [
  [
    /AuthenticationError|PermissionDenied|invalid[ _]api[ _]key|incorrect api key|unauthorized/i,
    'auth-error',
  ],
  [/NotFoundError|model[^.]{0,200}(not found|does not exist)|Provider NOT provided/i, 'not-found'],
  [/Timeout|timed out/i, 'timeout'],
  // It answered, and knew us well enough to count.
  [/RateLimitError/i, 'found'],
]

const STATUSES: Readonly<Record<number, ConnectionResult>> = {
  401: 'auth-error',
  403: 'auth-error',
  404: 'not-found',
  408: 'timeout',
  429: 'found',
  504: 'timeout',
}

/** Reads what a provider said through LiteLLM. Whatever it was, a connection that was not made is no success. */
export function judgeConnection(said: string, status = 0): ConnectionResult {
  return EXCEPTIONS.find(([pattern]) => pattern.test(said))?.[1] ?? STATUSES[status] ?? 'connection-error'
}

/** The same for a refused call; undefined when LiteLLM itself did not answer, which says nothing about the model. */
export function connectionResult(error: unknown): ConnectionResult | undefined {
  if (!(error instanceof LiteLLMError)) return undefined
  const { kind, status, message } = error.failure
  if (kind === 'timeout') return 'timeout'
  // Nothing that a provider said: no answer, no LiteLLM, or LiteLLM's own opinion of us.
  if (status === 0 || kind === 'malformed' || kind === 'unrecognized') return undefined
  if (kind === 'unauthorized' && !/litellm\.\w/.test(message)) return undefined
  return judgeConnection(message, status)
}

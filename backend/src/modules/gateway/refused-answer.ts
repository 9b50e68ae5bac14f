import { parseLiteLLMError } from '#litellm'
import { ApplicationError } from '#platform/errors'
import { refusals } from './errors.ts'

/** A refusal of the proxy, as the client may see it, and whether the proxy disagrees with us about the key. */
export interface RefusedAnswer {
  readonly error: ApplicationError
  readonly disagreesAboutKey: boolean
  /** The proxy calls the key's budget spent; it also says so where nothing is to be paid. */
  readonly isBudget?: boolean
}

const ABOUT_THE_REQUEST = new Set([400, 413, 415, 422])
const KEY_TYPES =
  /budget_exceeded|_model_access_denied|expired_key|token_not_found|auth_error|no_db_connection/

/**
 * What judges the request goes on to the client, without anything that names keys or hosts. What judges a key that we hold
 * valid is our own trouble: 503, and LiteLLM is told again.
 */
export function refusedAnswer(status: number, body: string, retryAfter: string | undefined): RefusedAnswer {
  const failure = parseLiteLLMError(status, body)
  if (status === 401 || status === 403 || status === 404 || KEY_TYPES.test(failure.type ?? ''))
    return {
      error: refusals.upstreamUnavailable(),
      disagreesAboutKey: true,
      isBudget: failure.type === 'budget_exceeded',
    }
  if (status === 429) {
    const seconds = Number(retryAfter)
    const wait = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) : 5
    return {
      error: ApplicationError.rateLimited('The model is busy; try again later.', wait),
      disagreesAboutKey: false,
    }
  }
  if (ABOUT_THE_REQUEST.has(status))
    return { error: refusals.invalid(safeMessage(failure.message)), disagreesAboutKey: false }
  return {
    error: refusals.upstreamUnavailable(new Error(`LiteLLM answered ${status}`)),
    disagreesAboutKey: false,
  }
}

/** First line, bounded, without keys, hashes and addresses. */
function safeMessage(message: string): string {
  const line = (message.split('\n')[0] ?? '').slice(0, 500)
  return (
    line
      .replaceAll(/sk-[A-Za-z0-9_.-]+/g, 'sk-...')
      .replaceAll(/\b[0-9a-f]{32,}\b/gi, '...')
      .replaceAll(/https?:\/\/\S+/g, '...') || 'The model refused this request.'
  )
}

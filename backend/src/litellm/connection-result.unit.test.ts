import { expect, test } from 'vitest'
import { connectionResult, judgeConnection } from './connection-result.ts'
import { LiteLLMError, parseLiteLLMError, type FailureKind } from './litellm.errors.ts'

test.each([
  ['litellm.AuthenticationError: OpenAIException - Incorrect API key provided: sk-***', 0, 'auth-error'],
  ['litellm.PermissionDeniedError: no', 0, 'auth-error'],
  ['litellm.NotFoundError: OpenAIException - The model `x` does not exist', 0, 'not-found'],
  ['litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider', 400, 'not-found'],
  ['litellm.Timeout: APITimeoutError - Request timed out', 0, 'timeout'],
  ['litellm.RateLimitError: slow down', 429, 'found'],
  ['litellm.APIConnectionError: Connection refused', 0, 'connection-error'],
  ['litellm.InternalServerError: Connection error.', 500, 'connection-error'],
  ['something nobody has seen', 404, 'not-found'],
  ['something nobody has seen', 0, 'connection-error'],
])('%s (%i): %s', (said, status, result) => expect(judgeConnection(said, status)).toBe(result))

test('an answer of LiteLLM is judged, its own absence is not', () => {
  const answered = (status: number, body: object) =>
    connectionResult(new LiteLLMError(parseLiteLLMError(status, JSON.stringify(body)), 'probe'))
  expect(answered(401, { error: { message: 'litellm.AuthenticationError: no', type: 'None' } })).toBe(
    'auth-error',
  )
  expect(answered(500, { error: { message: 'litellm.APIConnectionError', type: 'None' } })).toBe(
    'connection-error',
  )
  const away = (kind: FailureKind) =>
    connectionResult(new LiteLLMError({ kind, status: 0, type: undefined, message: 'x' }, 'probe'))
  expect(away('unreachable')).toBeUndefined()
  expect(away('timeout')).toBe('timeout')
  expect(connectionResult(new Error('x'))).toBeUndefined()
})

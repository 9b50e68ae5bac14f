import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isIllness,
  isJudgement,
  LiteLLMError,
  parseLiteLLMError,
  type FailureKind,
} from './litellm.errors.ts'

const e1 = (message: string, type: string, param: string | null = 'None', code = '400') =>
  JSON.stringify({ error: { message, type, param, code } })
const e2 = (detail: unknown) => JSON.stringify({ detail })

describe('the four envelopes', () => {
  test.each<[string, number, string, FailureKind]>([
    [
      'budget, 1.81',
      400,
      e1('Budget has been exceeded! Current cost: 1, Max budget: 1', 'budget_exceeded', null),
      'budget_exceeded',
    ],
    [
      'budget, 1.92',
      429,
      e1('Budget has been exceeded! Key=a Current cost: 1', 'budget_exceeded', null),
      'budget_exceeded',
    ],
    [
      'model, 1.81',
      401,
      e1('key not allowed to access model', 'key_model_access_denied', 'model'),
      'model_denied',
    ],
    ['model, 1.99', 403, e1('not allowed', 'team_model_access_denied', 'model'), 'model_denied'],
    ['expired, 1.81', 400, e1('Authentication Error - Expired Key', 'expired_key'), 'expired_key'],
    ['expired, 1.99', 401, e1('Authentication Error - Expired Key', 'expired_key'), 'expired_key'],
    ['unknown key', 401, e1('Invalid proxy server token passed.', 'token_not_found_in_db'), 'unknown_key'],
    [
      'update of an unknown key',
      401,
      e1('user key does not exist in db. User Key=abc', 'auth_error'),
      'unauthorized',
    ],
    ['database away', 503, e1('No connected db.', 'no_db_connection'), 'server'],
    [
      'alias',
      400,
      e1(
        "Key with alias 'x' already exists. Unique key aliases across all keys are required.",
        'bad_request_error',
        'key_alias',
      ),
      'alias_taken',
    ],
    [
      'alias, internal type',
      400,
      e1("{'error': \"Key with alias 'x' already exists.\"}", 'internal_server_error'),
      'alias_taken',
    ],
    ['no such key', 404, e1('Key not found in database', 'not_found_error', 'key'), 'not_found'],
    ['nothing to delete', 404, e1("{'error': 'No keys found'}", 'internal_server_error'), 'not_found'],
    ['unknown route', 404, e2('Not Found'), 'unrecognized'],
    ['unknown model id', 400, e2({ error: 'Model id = x not found on litellm proxy' }), 'invalid'],
    ['exists', 409, e1("{'error': 'User with id u1 already exists'}", 'internal_server_error'), 'conflict'],
    [
      'validation',
      422,
      e2([{ type: 'missing', loc: ['body', 'keys'], msg: 'Field required', input: {} }]),
      'invalid',
    ],
    ['plain text', 500, 'Internal Server Error', 'server'],
    ['a proxy in between', 404, '<html>404</html>', 'unrecognized'],
    ['a proxy in between', 400, '<html>400 Bad Request</html>', 'unrecognized'],
    ['a proxy in between', 502, '<html>Bad Gateway</html>', 'server'],
    ['rate limit', 429, e1('Rate limit exceeded', 'None'), 'rate_limited'],
    ['no admin', 401, e1('Only proxy admin can be used', 'auth_error'), 'unauthorized'],
    ['locked out', 403, e1('master key', 'auth_error', 'master_key'), 'forbidden'],
    ['request timeout', 408, e1('timeout', 'None'), 'timeout'],
    ['empty', 418, '', 'unrecognized'],
  ])('%s (%i)', (_name, status, body, kind) => {
    expect(parseLiteLLMError(status, body).kind).toBe(kind)
  })

  test('unwraps a Python repr', () => {
    expect(parseLiteLLMError(404, e1("{'error': 'No keys found'}", 'None')).message).toBe('No keys found')
    expect(parseLiteLLMError(400, e1(`{'error': "it's \\\\ there"}`, 'None')).message).toBe("it's \\ there")
    expect(parseLiteLLMError(404, e1("{'message': 'Team not found, x'}", 'None')).message).toBe(
      'Team not found, x',
    )
    expect(parseLiteLLMError(400, e1("{'error': broken", 'None')).message).toBe("{'error': broken")
  })

  test('says which field was wrong', () => {
    expect(parseLiteLLMError(422, e2([{ loc: ['body', 'keys'], msg: 'Field required' }])).message).toBe(
      'body.keys: Field required',
    )
  })

  test('keeps no secret', () => {
    const hash = 'a1'.repeat(32)
    const message = parseLiteLLMError(
      401,
      e1(`Received=abcdef, key sk-litellm-AbCd1234 hash ${hash}`, 'auth_error'),
    ).message
    expect(message).not.toMatch(/abcdef|AbCd1234|a1a1/)
  })

  test('survives anything', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        const failure = parseLiteLLMError(status, body)
        expect(failure.message.length).toBeLessThanOrEqual(500)
        expect(failure.kind).toBeTypeOf('string')
      }),
    )
  })

  test('a long hostile message costs no time', () => {
    const started = performance.now()
    parseLiteLLMError(400, e1(`{'error': '${'\\\\a'.repeat(200_000)}`, 'None'))
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('what a failure counts as', () => {
  const error = (status: number, body: string) => new LiteLLMError(parseLiteLLMError(status, body), 'test')

  test('only refusals that judge the request are attempts', () => {
    expect(isJudgement(error(400, e1('bad', 'bad_request_error')))).toBe(true)
    expect(isJudgement(error(422, e2([])))).toBe(true)
    expect(isJudgement(error(404, e1('no', 'not_found_error')))).toBe(true)
    for (const status of [401, 403, 408, 429, 500, 503])
      expect(isJudgement(error(status, e1('x', 'None')))).toBe(false)
    expect(isJudgement(error(429, e1('x', 'budget_exceeded')))).toBe(false)
    expect(isJudgement(error(404, e2('Not Found')))).toBe(false)
    expect(isJudgement(error(400, '<html>'))).toBe(false)
    expect(isJudgement(new Error('bug'))).toBe(false)
  })

  test('no 4xx is an illness, every 5xx is', () => {
    for (let status = 400; status < 500; status += 1)
      if (status !== 408) expect(isIllness(error(status, e1('x', 'None')))).toBe(false)
    for (const status of [500, 502, 503, 529]) expect(isIllness(error(status, ''))).toBe(true)
  })

  test('a caller sees 502 or 503 and none of the wording', () => {
    expect(error(400, e1('secret detail', 'None'))).toMatchObject({
      statusCode: 502,
      message: 'The model server refused the request.',
    })
    expect(error(500, 'secret detail')).toMatchObject({ statusCode: 503 })
  })
})

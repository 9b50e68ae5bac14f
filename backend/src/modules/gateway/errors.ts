import { ApplicationError, registerErrorCodes, type ErrorFormat } from '#platform/errors'

/** The gateway's own refusals; on the wire they are lower case, in OpenAI's shape. */
const codes = registerErrorCodes({
  ADDRESS_NOT_ALLOWED: 403,
  KEY_NOT_ACTIVE: 409,
  MODEL_NOT_ALLOWED: 403,
  MODEL_NOT_PRICED: 403,
  MODEL_NOT_FOUND: 404,
  UPSTREAM_UNAVAILABLE: 503,
})

interface WireError {
  readonly type: string
  readonly code: string
}

const WIRE: Readonly<Record<string, WireError>> = {
  UNAUTHORIZED: { type: 'invalid_request_error', code: 'invalid_api_key' },
  FORBIDDEN: { type: 'invalid_request_error', code: 'invalid_api_key' },
  ADDRESS_NOT_ALLOWED: { type: 'invalid_request_error', code: 'address_not_allowed' },
  MODEL_NOT_ALLOWED: { type: 'invalid_request_error', code: 'model_not_allowed' },
  MODEL_NOT_PRICED: { type: 'invalid_request_error', code: 'model_not_priced' },
  MODEL_NOT_FOUND: { type: 'invalid_request_error', code: 'model_not_found' },
  RATE_LIMITED: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  BUDGET_EXCEEDED: { type: 'insufficient_quota', code: 'insufficient_quota' },
}

function wireOf(error: ApplicationError): WireError {
  const known = WIRE[error.code]
  if (known) return known
  if (error.statusCode < 500) return { type: 'invalid_request_error', code: 'invalid_request_error' }
  return error.statusCode === 500
    ? { type: 'server_error', code: 'internal_error' }
    : { type: 'server_error', code: 'upstream_unavailable' }
}

/** The body of a refusal. Its sentence stays English: it is read by SDKs and their logs. */
export function errorBodyOf(error: ApplicationError) {
  return {
    error: {
      message: error.code === 'INTERNAL' ? 'Something went wrong on our side.' : error.message,
      ...wireOf(error),
      param: typeof error.details?.['field'] === 'string' ? error.details['field'] : null,
      ...(typeof error.details?.['level'] === 'string' ? { level: error.details['level'] } : {}),
      ...(typeof error.details?.['tokensThatFit'] === 'number'
        ? { tokens_that_fit: error.details['tokensThatFit'] }
        : {}),
    },
  }
}

/** OpenAI's error shape for everything under /v1/, so that SDKs understand, and retry only what is worth it. */
export const OPENAI_ERRORS: ErrorFormat = {
  prefix: '/v1/',
  headers: (error) => (error.code === 'BUDGET_EXCEEDED' ? { 'x-should-retry': 'false' } : {}),
  body: errorBodyOf,
}

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
}

/** The same refusal as Anthropic writes them, with our stable names beside. */
export function messagesErrorBodyOf(error: ApplicationError) {
  const { error: ours } = errorBodyOf(error)
  const type =
    error.code === 'BUDGET_EXCEEDED'
      ? 'billing_error'
      : (ANTHROPIC_TYPES[error.statusCode] ?? 'invalid_request_error')
  return { type: 'error', error: { ...ours, type } }
}

/** Anthropic's error shape for its protocol, first of those that match. */
export const MESSAGES_ERRORS: ErrorFormat = {
  ...OPENAI_ERRORS,
  prefix: '/v1/messages',
  body: messagesErrorBodyOf,
}

export const refusals = {
  /** Unknown, revoked, expired and disabled keys: one answer. */
  invalidKey: () =>
    ApplicationError.unauthorized('The API key is not valid. Send `Authorization: Bearer sk-litellm-...`.'),
  addressNotAllowed: () =>
    new ApplicationError(codes.ADDRESS_NOT_ALLOWED, 'This key may not be used from this address.'),
  keyNotActive: () =>
    ApplicationError.conflict(
      'This key is disabled, expired or revoked; choose an active one.',
      codes.KEY_NOT_ACTIVE,
    ),
  modelNotFound: (name: string) =>
    new ApplicationError(codes.MODEL_NOT_FOUND, `The model '${name}' does not exist.`, {
      details: { field: 'model' },
    }),
  modelNotAllowed: (name: string) =>
    new ApplicationError(
      codes.MODEL_NOT_ALLOWED,
      `This key may not call '${name}'. Subscribe to the model and add it to the key.`,
      { details: { field: 'model' } },
    ),
  modelNotPriced: (name: string) =>
    new ApplicationError(
      codes.MODEL_NOT_PRICED,
      `The model '${name}' has no price yet, so its calls cannot be charged.`,
      { details: { field: 'model' } },
    ),
  wrongMediaType: (expected: string) =>
    new ApplicationError('UNSUPPORTED_MEDIA_TYPE', `The body must be ${expected}.`),
  invalid: (message: string, field?: string) => ApplicationError.validation(message, field),
  upstreamUnavailable: (cause?: unknown) =>
    ApplicationError.unavailable(
      'The model cannot be reached right now; please try again.',
      codes.UPSTREAM_UNAVAILABLE,
      1,
      cause,
    ),
}

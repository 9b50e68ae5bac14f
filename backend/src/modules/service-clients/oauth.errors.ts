import { ApplicationError, registerErrorCodes, type ErrorFormat } from '#platform/errors'

/** On the wire they are RFC 6749's (5.2), lower case and without our prefix. */
const codes = registerErrorCodes({
  OAUTH_INVALID_REQUEST: 400,
  OAUTH_INVALID_CLIENT: 401,
  OAUTH_UNAUTHORIZED_CLIENT: 400,
  OAUTH_UNSUPPORTED_GRANT_TYPE: 400,
  OAUTH_INVALID_SCOPE: 400,
})

export const OAUTH_PREFIX = '/api/auth/oauth/'

function nameOf({ code, statusCode }: ApplicationError): string {
  if (code in codes) return code.slice('OAUTH_'.length).toLowerCase()
  if (statusCode === 500) return 'server_error'
  return statusCode > 500 || statusCode === 429 ? 'temporarily_unavailable' : 'invalid_request'
}

/** What OAuth's libraries understand. */
export const OAUTH_ERRORS: ErrorFormat = {
  prefix: OAUTH_PREFIX,
  body: (error) => ({
    error: nameOf(error),
    error_description: error.statusCode === 500 ? 'Something went wrong on our side.' : error.message,
  }),
  headers: (error) => ({
    pragma: 'no-cache',
    ...(error.statusCode === 401 ? { 'www-authenticate': 'Basic realm="litemaas", charset="UTF-8"' } : {}),
  }),
}

export const refusals = {
  invalidRequest: (message: string) => new ApplicationError(codes.OAUTH_INVALID_REQUEST, message),
  /** One answer for an unknown client, a wrong secret, and a client or secret that works no longer. */
  invalidClient: () => new ApplicationError(codes.OAUTH_INVALID_CLIENT, 'Client authentication failed.'),
  unauthorizedClient: () =>
    new ApplicationError(codes.OAUTH_UNAUTHORIZED_CLIENT, 'This client may not be used from your address.'),
  unsupportedGrantType: () =>
    new ApplicationError(codes.OAUTH_UNSUPPORTED_GRANT_TYPE, 'Only client_credentials is given here.'),
  invalidScope: () =>
    new ApplicationError(codes.OAUTH_INVALID_SCOPE, 'The client does not have all of these scopes.'),
}

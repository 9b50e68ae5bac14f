import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  SIGN_IN_FAILED: 401,
  SIGN_IN_EXPIRED: 401,
  SIGN_IN_DENIED: 403,
  SIGN_IN_UNAVAILABLE: 503,
  LOGOUT_TOKEN_REFUSED: 400,
  SESSION_NOT_FOUND: 404,
  ORGANIZATION_NOT_FOUND: 404,
})

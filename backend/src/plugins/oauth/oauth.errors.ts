import { ApplicationError, registerErrorCodes } from '#platform/errors'

const codes = registerErrorCodes({ SIGN_IN_FAILED: 401, SIGN_IN_UNAVAILABLE: 503, LOGOUT_TOKEN_REFUSED: 400 })

/** The provider's answer cannot be believed. The reason is for the log: it would only help somebody who forges. */
export function signInFailed(cause?: unknown): ApplicationError {
  return new ApplicationError(codes.SIGN_IN_FAILED, 'Signing in did not work; please try again.', { cause })
}

/** The provider is away. */
export function providerUnavailable(cause?: unknown): ApplicationError {
  return ApplicationError.unavailable(
    'The identity provider cannot be reached right now; please try again.',
    codes.SIGN_IN_UNAVAILABLE,
    5,
    cause,
  )
}

/** A logout token that this provider has not made for us, or not now. */
export function logoutTokenRefused(cause?: unknown): ApplicationError {
  return new ApplicationError(codes.LOGOUT_TOKEN_REFUSED, 'This logout token is not valid here.', { cause })
}

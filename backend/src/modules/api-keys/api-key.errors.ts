import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  API_KEY_NOT_FOUND: 404,
  MODEL_NOT_FOUND: 404,
  SUBSCRIPTION_NOT_FOUND: 404,
  KEY_LIMIT_REACHED: 409,
  KEY_REVOKED: 409,
  MODEL_NOT_SUBSCRIBED: 422,
  SUBSCRIPTION_NOT_ACTIVE: 422,
  MODEL_LIMIT_WITHOUT_MODEL: 422,
  KEY_WITHOUT_MODELS: 422,
  EXPIRY_OUT_OF_RANGE: 422,
  EXPIRY_REQUIRED: 422,
  ABOVE_MAXIMUM: 422,
  ABOVE_ADMIN_LIMIT: 422,
  METADATA_TOO_LARGE: 422,
  KEY_LOCKED: 403,
  SELF_LIMIT: 403,
  KEY_NOT_REVOKED: 409,
  KEY_IN_USE: 409,
  USER_NOT_FOUND: 404,
  TEAM_NOT_FOUND: 404,
})

export const keyNotFound = (id: string) =>
  new ApplicationError(codes.API_KEY_NOT_FOUND, 'No such API key.', { details: { id } })

export const keyRevoked = () =>
  ApplicationError.conflict('This key is revoked for ever; create a new one.', codes.KEY_REVOKED)

export const changedMeanwhile = () =>
  ApplicationError.conflict(
    'This was changed in the meantime; read it again and repeat your change.',
    'VERSION_CONFLICT',
  )

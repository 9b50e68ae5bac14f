import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  MODEL_NOT_FOUND: 404,
  SYNCHRONIZATION_RUNNING: 409,
  LITELLM_UNAVAILABLE: 503,
})

import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  SUBSCRIPTION_NOT_FOUND: 404,
  SUBSCRIPTION_EXISTS: 409,
  SUBSCRIPTION_STATE: 409,
  SELF_APPROVAL: 403,
  EXPIRY_OUT_OF_RANGE: 422,
  USER_NOT_FOUND: 404,
  MODEL_NOT_AVAILABLE: 422,
})

export const constraints = {
  subscriptions_live_key: () => ApplicationError.alreadyExists('subscription', 'modelId'),
}

import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  WEBHOOK_NOT_FOUND: 404,
  WEBHOOK_EXISTS: 409,
  WEBHOOK_LIMIT: 422,
  WEBHOOK_ADDRESS_REFUSED: 422,
  WEBHOOK_DELIVERY_NOT_FOUND: 404,
  WEBHOOK_DELIVERY_STATE: 409,
})

export const constraints = {
  webhooks_name_key: () => ApplicationError.alreadyExists('webhook', 'name'),
}

import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  SERVICE_CLIENT_NOT_FOUND: 404,
  SECRET_NOT_FOUND: 404,
  SECRET_LIMIT: 409,
  SCOPE_ABOVE_OWN: 403,
})

export const clientNotFound = (id: string) =>
  new ApplicationError(codes.SERVICE_CLIENT_NOT_FOUND, 'No such service client.', { details: { id } })

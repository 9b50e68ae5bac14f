import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  USER_NOT_FOUND: 404,
  TEAM_NOT_FOUND: 404,
  SELF_STATUS: 403,
  SELF_LIMIT: 403,
  LAST_ADMIN: 409,
  USER_DEPARTED: 409,
  TOO_MANY_PEOPLE: 422,
})

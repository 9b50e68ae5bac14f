import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  ORGANIZATION_NOT_FOUND: 404,
  DEFAULT_ORGANIZATION: 409,
  USER_NOT_FOUND: 404,
  MODEL_NOT_FOUND: 404,
  TEAM_NOT_FOUND: 404,
  MEMBER_NOT_FOUND: 404,
  LAST_ADMIN: 409,
  SELF_ROLE: 403,
  SELF_STATUS: 403,
  ROLE_ABOVE_OWN: 403,
  INVITATION_NOT_FOUND: 404,
  INVITATION_EMAIL: 403,
  INVITATION_STATE: 409,
  ALREADY_MEMBER: 409,
})

export const organizationNotFound = (id: string) => ApplicationError.notFound('organization', id)

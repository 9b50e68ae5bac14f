import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  TEAM_NOT_FOUND: 404,
  TEAM_EXISTS: 409,
  TEAM_ARCHIVED: 409,
  DEFAULT_TEAM: 409,
  TEAM_MEMBER_NOT_FOUND: 404,
  TEAM_MEMBER_EXISTS: 409,
  MEMBER_NOT_FOUND: 404,
  MODEL_NOT_FOUND: 404,
  NOT_TEAM_ADMIN: 403,
  NOT_TEAM_MEMBER: 403,
  MODEL_NOT_IN_TEAM: 422,
})

export const constraints = {
  teams_live_name_key: () => ApplicationError.alreadyExists('team', 'name'),
}

export const changedMeanwhile = () =>
  ApplicationError.conflict(
    'This was changed in the meantime; read it again and repeat your change.',
    'VERSION_CONFLICT',
  )

import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  BUDGET_NOT_FOUND: 404,
  INCREASE_NOT_FOUND: 404,
  USER_NOT_FOUND: 404,
  TEAM_NOT_FOUND: 404,
  ORGANIZATION_NOT_FOUND: 404,
  BUDGET_EXISTS: 409,
  INCREASE_ACTIVE: 409,
  BUDGET_OF_KEY: 422,
  BUDGET_UNLIMITED: 422,
  INCREASE_OUT_OF_RANGE: 422,
  SELF_LIMIT: 403,
  SELF_RESET: 403,
})

export const budgetNotFound = (id: string) => ApplicationError.notFound('budget', id)

export const selfLimit = () =>
  ApplicationError.forbidden(
    'Nobody changes their own limits; ask another administrator.',
    undefined,
    codes.SELF_LIMIT,
  )

export const selfReset = () =>
  ApplicationError.forbidden(
    'Nobody resets what they have spent themselves; ask another administrator.',
    undefined,
    codes.SELF_RESET,
  )

import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  RECOUNT_NOT_FOUND: 404,
  INTAKE_NOT_FOUND: 404,
  INTAKE_STATE: 409,
  LEDGER_CHECK_NOT_FOUND: 404,
  RANGE_INVALID: 422,
})

import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({ CURRENCY_UNKNOWN: 422 })

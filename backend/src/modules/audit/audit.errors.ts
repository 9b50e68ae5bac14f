import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({ AUDIT_LOG_NOT_FOUND: 404 })

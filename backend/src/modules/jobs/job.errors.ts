import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({ JOB_NOT_FOUND: 404, JOB_FINISHED: 409 })

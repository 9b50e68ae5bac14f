import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({ EVENT_STREAM_LIMIT: 429 })

import { registerErrorCodes } from '#platform/errors'

registerErrorCodes({ NOTIFICATION_NOT_FOUND: 404 })

import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  BACKUP_NOT_FOUND: 404,
  BACKUP_FILE_MISSING: 409,
  BACKUP_IN_PROGRESS: 409,
  BACKUP_NOT_READY: 409,
  BACKUP_NOT_CONFIGURED: 422,
  BACKUP_DAMAGED: 422,
})

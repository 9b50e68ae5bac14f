import { registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  BRANDING_IMAGE_NOT_FOUND: 404,
  IMAGE_UNREADABLE: 422,
  IMAGE_TOO_LARGE: 422,
})

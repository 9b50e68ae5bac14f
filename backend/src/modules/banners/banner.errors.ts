import { ApplicationError, registerErrorCodes } from '#platform/errors'

export const codes = registerErrorCodes({
  BANNER_NOT_FOUND: 404,
  BANNER_NOT_DISMISSIBLE: 422,
  UNSAFE_MARKDOWN: 422,
  BANNER_SCHEDULE: 422,
})

export const constraints = {
  banners_schedule: () =>
    ApplicationError.unprocessable('A banner ends after it has begun.', codes.BANNER_SCHEDULE, {
      field: 'endsAt',
    }),
}

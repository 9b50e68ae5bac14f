import type { FastifyRequest } from 'fastify'
import { ApplicationError } from '#platform/errors'

/**
 * The version that the caller believes to change: `version` in the body, `If-Match`, or none. Both given must agree.
 * `If-Match` holds the number, in quotes or without.
 */
export function expectedVersion(request: FastifyRequest, inBody?: number): number | undefined {
  const header = request.headers['if-match']
  if (header === undefined || header === '*') return inBody
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)
  if (!match)
    throw ApplicationError.validation('If-Match must be the version as a number.', 'if-match', header)
  const inHeader = Number(match[1])
  if (inBody !== undefined && inBody !== inHeader)
    throw ApplicationError.validation('`version` and If-Match do not agree.', 'version', inBody)
  return inHeader
}

/** 409 `VERSION_CONFLICT` when somebody else was faster. */
export function assertVersion(current: number, expected: number | undefined): void {
  if (expected !== undefined && expected !== current)
    throw ApplicationError.conflict(
      'This was changed in the meantime; read it again and repeat your change.',
      'VERSION_CONFLICT',
      { version: current },
    )
}

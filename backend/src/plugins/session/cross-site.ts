import type { FastifyRequest, RouteOptions } from 'fastify'
import { ApplicationError } from '#platform/errors'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export const isUnsafe = (route: Pick<RouteOptions, 'method'>) =>
  [route.method].flat().some((method) => !SAFE.has(method.toUpperCase()))

const refusal = (message: string) => new ApplicationError('CSRF', message)

function hasBody(request: FastifyRequest): boolean {
  const length = request.headers['content-length']
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/**
 * Refuses what another site's page made the browser send: 403 `CSRF`. Browsers say where a request comes from; one that
 * does not must at least name our origin. A form can send neither JSON nor an image without asking first, so a body must
 * be one of these.
 */
export function refuseCrossSite(request: FastifyRequest, publicOrigin: string): void {
  const site = request.headers['sec-fetch-site']
  if (site === undefined ? request.headers.origin !== publicOrigin : site !== 'same-origin')
    throw refusal('This must be sent by a page of this site.')
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (hasBody(request) && type !== 'application/json' && type?.startsWith('image/') !== true)
    throw refusal('Send the body as application/json.')
}

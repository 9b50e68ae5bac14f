import type { FastifyInstance, FastifyRequest } from 'fastify'

type Hook = (request: FastifyRequest, reply: unknown, ...rest: unknown[]) => unknown

/**
 * Whether cookies mean nothing here: scripts call `/v1/*`, with keys. The matched route is asked too, because a path can
 * be written in several ways.
 */
function isGatewayRequest(request: FastifyRequest): boolean {
  return request.raw.url?.startsWith('/v1/') === true || request.routeOptions.url?.startsWith('/v1/') === true
}

/** Files are kept by caches that many people share, where no cookie may ever come to lie. */
export function ignoresCookies(request: FastifyRequest): boolean {
  return isGatewayRequest(request) || request.routeOptions.config?.isFile === true
}

/**
 * The instance as a cookie plugin shall see it: every hook that it adds returns at once for files, and on the gateway's
 * paths, whose callers must not pay for cookies that they never send.
 */
export function whereCookiesCount(app: FastifyInstance): FastifyInstance {
  const addHook = (name: 'onRequest' | 'onSend', hook: Hook) => {
    // Hooks are told apart by their number of parameters, so the wrapper of each kind has exactly its own.
    if (name === 'onRequest')
      return app.addHook('onRequest', (request, reply, done) => {
        if (ignoresCookies(request)) done()
        else hook.call(app, request, reply, done)
      })
    return app.addHook('onSend', (request, reply, payload, done) => {
      if (ignoresCookies(request)) done(null, payload)
      else hook.call(app, request, reply, payload, done)
    })
  }
  return new Proxy(app, {
    get(target, property) {
      if (property === 'addHook') return addHook
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

import fastifyRateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApplicationError } from '#platform/errors'
import { liveLimits } from './rate-limit/live-limits.ts'

/** A network that one party controls: an IPv4 address, or the /64 of an IPv6 address. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** The gateway counts its callers itself, by their keys' own limits. */
const isGatewayCall = (request: FastifyRequest) =>
  request.caller?.kind === 'apiKey' && request.url.startsWith('/v1/')
const isProbe = (request: FastifyRequest) => request.url.startsWith('/health/')

/** Counts each request once it is known who asks: by credential, else by network. Refusals of `rbac` come after and count too. */
export const rateLimit = fp(
  async (app) => {
    const limits = liveLimits(app)
    app.addHook('onRoute', (route) => {
      if (route.url.startsWith('/v1/') || route.config?.isFile === true)
        route.config = { ...route.config, rateLimit: false }
    })
    await app.register(fastifyRateLimit, {
      global: true,
      timeWindow: 60_000,
      cache: 20_000,
      max: (request) => limits.of(request.caller),
      keyGenerator: (request) =>
        request.caller ? `c:${request.caller.credentialId}` : `a:${networkOf(request.ip)}`,
      allowList: (request) => isGatewayCall(request) || isProbe(request),
      errorResponseBuilder: (_request, context) =>
        ApplicationError.rateLimited(
          'Too many requests; please wait.',
          Math.max(1, Math.ceil(context.ttl / 1000)),
        ),
      enableDraftSpec: true,
    })
    // The gateway's callers count themselves; those whom nobody knows count here, in the same buckets as everywhere.
    const count = app.rateLimit()
    app.addHook('onRoute', (route) => {
      if (!route.url.startsWith('/v1/')) return
      route.onRequest = [
        ...[route.onRequest ?? []].flat(),
        (request, reply, done) => {
          if (isGatewayCall(request)) return done()
          Promise.resolve(count.call(app, request, reply)).then(() => done(), done)
        },
      ]
    })
    app.addHook('onSend', async (_request, reply) => {
      const limit = reply.getHeader('ratelimit-limit')
      if (limit === undefined) return
      const remaining = reply.getHeader('ratelimit-remaining')
      const reset = reply.getHeader('ratelimit-reset')
      for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'])
        reply.removeHeader(name)
      void reply.header('ratelimit-policy', `"default";q=${String(limit)};w=60`)
      void reply.header('ratelimit', `"default";r=${String(remaining)};t=${String(reset)}`)
    })
  },
  { name: 'rate-limit', dependencies: ['auth', 'session', 'rbac'] },
)

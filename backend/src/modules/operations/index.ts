/** How an operator sees the process: alive, ready, metrics, and the document of the API. Shows names and states, no addresses, no secrets. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { exclusively } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { strictObject, StringEnum } from '#platform/http'
import { Periodic } from '#platform/jobs'
import { Draining } from './draining.ts'
import { Housekeeping } from './housekeeping.ts'
import { readiness, Readiness } from './readiness.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly draining: Draining
  }
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const digest = (text: string) => createHash('sha256').update(text).digest()

function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return LOOPBACK.has(request.socket.remoteAddress ?? '') && LOOPBACK.has(request.ip)
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(given), digest(token))
}

const HOURLY_MS = 60 * 60 * 1000

/** One process at a time, at the start and then every hour. */
function keepHouse(app: FastifyInstance): void {
  const { platformDatabase: platform, log } = app.serviceContext
  const housekeeping = new Housekeeping({ platform, log })
  app.metrics.gauge(
    'litemaas_usage_misplaced_bytes',
    'Size of the usage that fits no monthly partition; 0 unless something is wrong.',
    () => housekeeping.misplacedBytes,
  )
  const job = new Periodic({
    name: 'housekeeping',
    everyMs: () => HOURLY_MS,
    work: (signal) =>
      exclusively(app.config.DATABASE_PLATFORM_URL, 'litemaas/housekeeping', () => housekeeping.run(signal)),
    log,
  })
  app.startup.push(() => job.start())
  app.addHook('onClose', () => job.stop())
}

export async function operations(app: FastifyInstance): Promise<void> {
  const draining = new Draining()
  app.decorate('draining', draining)
  keepHouse(app)
  const schema = { tags: ['operations'] }

  app.get(
    '/health/live',
    {
      schema: {
        ...schema,
        operationId: 'getLiveness',
        summary: 'Is the process alive?',
        description: 'As long as the process can answer at all; a reason to restart it when it does not.',
        response: { 200: strictObject({ status: StringEnum(['ok']) }) },
      },
      preHandler: [app.allowPublic],
    },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/health/ready',
    {
      schema: {
        ...schema,
        operationId: 'getReadiness',
        summary: 'Can the process serve?',
        description:
          'Names and states of what it depends on. 503 while PostgreSQL is away or the process is stopping; without LiteLLM it is ready, but degraded.',
        response: { 200: Readiness, 503: Readiness },
      },
      preHandler: [app.allowPublic],
    },
    async (_request, reply) => {
      const state = await readiness(app)
      return reply.code(state.status === 'unavailable' ? 503 : 200).send(state)
    },
  )

  app.get(
    '/metrics',
    {
      schema: {
        ...schema,
        hide: true,
        operationId: 'getMetrics',
        summary: 'Prometheus metrics',
        response: { 200: Type.String() },
      },
      preHandler: [app.allowPublic],
    },
    async (request, reply) => {
      if (!mayReadMetrics(request, app.config.METRICS_TOKEN))
        throw ApplicationError.unauthorized('Metrics need their own token.')
      return reply.type(app.metrics.registry.contentType).send(await app.metrics.registry.metrics())
    },
  )

  if (!app.config.DOCS_ENABLED) return
  app.get(
    '/openapi.json',
    {
      schema: { hide: true, operationId: 'getOpenApi', summary: 'This document' },
      preHandler: [app.allowPublic],
    },
    async () => app.swagger(),
  )
}

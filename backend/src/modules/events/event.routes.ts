import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { asUnavailable } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { callerOf, errors, One } from '#platform/http'
import { EventStreamQuery, eventStream, EventTicket } from './event.schemas.ts'
import type { LiveEvents } from './live-events.service.ts'
import type { TicketService } from './ticket.service.ts'

const tags = ['events']

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Buffering proxies hold small events back for ever.
  'x-accel-buffering': 'no',
}

/** A ticket decides alone: a bad one is not rescued by a cookie. */
function identifyByTicket(tickets: TicketService) {
  return async (request: FastifyRequest): Promise<void> => {
    const { ticket } = request.query as { ticket?: unknown }
    if (ticket === undefined || request.headers.authorization !== undefined) return
    request.caller = null
    if (typeof ticket !== 'string') return
    try {
      const facts = { requestId: request.id, address: request.ip }
      request.caller = (await tickets.consume(ticket, facts)) ?? null
    } catch (error) {
      request.identificationError = asUnavailable(error) as Error
    }
  }
}

async function open(
  live: LiveEvents,
  request: FastifyRequest<{ Querystring: EventStreamQuery }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { names = '', lastEventId } = request.query
  const caller = callerOf(request)
  if (caller.organizationId === null && caller.platformRole === 'user')
    throw ApplicationError.forbidden('You do not belong to an organization.', undefined, 'NO_ORGANIZATION')
  const wanted = names === '' ? [] : names.split(',')
  const resume = request.headers['last-event-id'] ?? lastEventId
  const stream = await live.connect({ caller, names: wanted, socket: reply.raw }, String(resume ?? ''))
  return reply.headers(headers).send(stream.output)
}

/** What happens, as it happens. */
export function registerEventRoutes(app: FastifyInstance, live: LiveEvents, tickets: TicketService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()

  app.get<{ Querystring: EventStreamQuery }>(
    '/api/v1/events',
    {
      schema: {
        operationId: 'streamEvents',
        summary: 'Follow what happens',
        description:
          'Server-sent events that you may see: your own, those of your permissions in this organization, and for platform administrators the platform’s. Resumes after `Last-Event-ID` without loss or repetition for an hour; later, and after anything unknown, a `reset` says that everything is to be read again. A sign of life comes every 15 seconds. Closed within five seconds when the session ends or its rights change. Five streams per person (429 `EVENT_STREAM_LIMIT`).',
        tags,
        querystring: EventStreamQuery,
        response: { 200: eventStream, ...errors('NO_ORGANIZATION') },
      },
      // A HEAD would open a stream that nobody reads.
      exposeHeadRoute: false,
      onRequest: identifyByTicket(tickets),
      preHandler: [app.authenticate],
    },
    (request, reply) => open(live, request, reply),
  )

  routes.post(
    '/api/v1/events/tickets',
    {
      schema: {
        operationId: 'createEventTicket',
        summary: 'Get a ticket for the stream of events',
        description:
          'For `EventSource` outside of the console’s own pages: valid once, for 30 seconds, in the URL of `streamEvents`. For people who signed in here, by cookie or token.',
        tags,
        response: { 201: One(EventTicket), ...errors(413, 415) },
      },
      preHandler: [app.authenticate],
    },
    async (request, reply) => reply.code(201).send({ data: await tickets.create(callerOf(request)) }),
  )
}

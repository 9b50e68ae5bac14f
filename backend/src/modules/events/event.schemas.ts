import { Type, type Static } from '@sinclair/typebox'
import { strictObject, Timestamp } from '#platform/http'

const NAME = '[a-z][a-z_-]*\\.[a-z][a-z_-]*'

export const EventStreamQuery = strictObject({
  names: Type.Optional(
    Type.String({
      maxLength: 1000,
      pattern: `^${NAME}(,${NAME})*$`,
      description: 'Only events of these names, separated by commas, e.g. `job.progress,job.finished`.',
    }),
  ),
  lastEventId: Type.Optional(
    Type.String({
      maxLength: 60,
      pattern: '^[0-9-]*$',
      description: 'As the header `Last-Event-ID`, for clients that cannot set it; the header wins.',
    }),
  ),
  ticket: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^[A-Za-z0-9_-]+$',
      description: 'A ticket of `createEventTicket`, in place of a cookie or an `Authorization` header.',
    }),
  ),
})
export type EventStreamQuery = Static<typeof EventStreamQuery>

export const EventTicket = strictObject(
  {
    ticket: Type.String({ maxLength: 100, description: 'Opens the stream once.' }),
    expiresAt: Timestamp('Half a minute from now.'),
  },
  { $id: 'EventTicket', description: 'The right to open the stream of events once, in a URL.' },
)
export type EventTicket = Static<typeof EventTicket>

/** Of the document; the server writes the stream itself. */
export const eventStream = {
  description:
    'Server-sent events. `event` is the name and `data` a JSON object {id, name, at, data}; see docs/api/events.md for the names and what their `data` holds. Besides: `ready` at the beginning, `reset` when events may have been missed and everything is to be read again, `closed` with a reason before the server hangs up.',
  content: { 'text/event-stream': { schema: Type.String() } },
}

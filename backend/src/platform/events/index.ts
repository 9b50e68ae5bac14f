/** What happened, for whoever waits for it: the source of the live stream and of notifications. */
export { announce, announceAll, EVENTS_CHANNEL, type Audience, type NewEvent } from './announce.ts'
export { decodeEventCursor, encodeEventCursor, isAfter, type EventCursor } from './cursor.ts'
export { EventFeed } from './event-feed.ts'
export {
  deleteOldEvents,
  hasHeldBack,
  isVisibleTo,
  listEvents,
  readWatermark,
  TRANSIENT_HOURS,
  type AnnouncedEvent,
  type Viewer,
} from './event.queries.ts'

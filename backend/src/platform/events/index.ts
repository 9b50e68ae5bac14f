/** What happened, for whoever waits for it: the source of the live stream and of notifications. */
export { announce, type Audience, type NewEvent } from './announce.ts'

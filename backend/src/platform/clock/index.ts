/** The only source of the current time for services and jobs, so that tests can move it. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

export { Doorbell } from './doorbell.ts'

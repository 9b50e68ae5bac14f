import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '#platform/clock'
import type { Database, PlatformDatabase } from '#platform/database'

/** What a service is given when its module builds it. Values only, never the web framework, so that jobs can call services too. */
export interface ServiceContext {
  readonly database: Database
  /** Held by named jobs and platform administration only; see the pinned list of call sites. */
  readonly platformDatabase: PlatformDatabase
  readonly log: FastifyBaseLogger
  readonly clock: Clock
}

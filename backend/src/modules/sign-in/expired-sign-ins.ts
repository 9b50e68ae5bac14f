import type { FastifyInstance } from 'fastify'
import { Periodic } from '#platform/jobs'
import { deleteExpired } from './sign-in.queries.ts'

const HOURLY_MS = 60 * 60 * 1000

/** Removes sessions and sign-ins that are over; they are refused anyway, so any process may do it at any time. */
export function sweepExpiredSignIns(app: FastifyInstance): void {
  const { platformDatabase } = app.serviceContext
  const sweep = new Periodic({
    name: 'sign-in.sweep',
    everyMs: () => HOURLY_MS,
    work: () => platformDatabase.transaction('sign-in.sweep', deleteExpired),
    log: app.log,
  })
  app.addHook('onReady', async () => sweep.start())
  app.addHook('onClose', () => sweep.stop())
}

import { Type, type Static } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { strictObject } from '#platform/http'
import { Periodic } from '#platform/jobs'
import type { Caller } from '#platform/services'
import { defineSettings } from '#platform/settings'

const PerMinute = (whose: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, description: `Requests per minute of ${whose}.` })

const schema = strictObject({
  user: PerMinute('one credential of a user'),
  adminReadonly: PerMinute('one credential of a read-only administrator'),
  admin: PerMinute('one credential of an administrator'),
  serviceClient: PerMinute('one service client'),
  anonymous: PerMinute('one network without a valid credential'),
})
type RateLimits = Static<typeof schema>

const REFRESH_MS = 4000
const NOBODY = { organizationId: null, userId: null, requestId: 'rate-limits' }

/** The limit of each kind of caller: as administrators set it, else as the variables say. Read again every few seconds. */
export function liveLimits(app: FastifyInstance): { of(caller: Caller | null): number } {
  const { REQUEST_RATE_LIMIT: known, ANONYMOUS_RATE_LIMIT: anonymous } = app.config
  const section = defineSettings({
    name: 'rate-limits',
    schema,
    defaults: { user: known, adminReadonly: known, admin: known, serviceClient: known, anonymous },
  })
  app.settings.register(section)
  let current: RateLimits = section.defaults
  const refresh = new Periodic({
    name: 'rate-limits',
    everyMs: () => REFRESH_MS,
    // While the database is away, what was read last goes on to hold.
    work: async () => {
      current = await app.database.transaction(NOBODY, (tx) => section.read(tx), { readOnly: true })
    },
    log: app.log,
  })
  app.startup.push(() => refresh.start())
  app.addHook('onClose', () => refresh.stop())
  return {
    of(caller) {
      if (caller === null) return current.anonymous
      return caller.kind === 'serviceClient' ? current.serviceClient : current[caller.platformRole]
    },
  }
}

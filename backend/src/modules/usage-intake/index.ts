/**
 * Usage that did not come through the gateway: LiteLLM's push and its spend logs, booked once through the usage writer;
 * and the proofs that the ledger is whole. It never sees or keeps a prompt, and never removes a booked call.
 */
import type { FastifyInstance } from 'fastify'
import { proxyTokenHash } from '#identity'
import { exclusively } from '#platform/database'
import { Periodic } from '#platform/jobs'
import { callbackRoutes } from './callback.routes.ts'
import { forgetOld, inboxDepth } from './inbox.queries.ts'
import { InboxWorker } from './inbox-worker.ts'
import { SpendInbox } from './inbox.ts'
import { checkLedgerNightly } from './ledger-check.ts'
import { SpendLogPull } from './pull.ts'
import { registerRecountRoutes } from './recount.routes.ts'
import { Recount, RecountDifference, RecountSummary, RecountTotal } from './recount.schemas.ts'
import { RECOUNT, RecountService } from './recount.service.ts'
import { UsageRecount } from './recount.ts'
import { registerUsageIntakeRoutes } from './usage-intake.routes.ts'
import {
  CallbackReceipt,
  IntakeItem,
  LedgerCheck,
  LedgerDifference,
  UsageDayState,
} from './usage-intake.schemas.ts'
import { UsageIntakeService } from './usage-intake.service.ts'

const schemas = [
  CallbackReceipt,
  IntakeItem,
  LedgerCheck,
  LedgerDifference,
  Recount,
  RecountDifference,
  RecountSummary,
  RecountTotal,
  UsageDayState,
]

const CHECK_EVERY_MS = 15 * 60_000
const LONGEST_PAUSE_MS = 10 * 60_000

export async function usageIntake(app: FastifyInstance): Promise<void> {
  const { config, serviceContext, litellm, usageWriter: writer, callMarks: marks } = app
  const { platformDatabase: platform, clock, log } = serviceContext
  const dead = app.metrics.counter('litemaas_usage_intake_dead_total', 'Reported calls laid aside as dead.')
  const inbox = new SpendInbox({ platform, writer, marks, clock, log, onDead: () => dead.inc() })
  const worker = new InboxWorker(inbox, log)
  const list = litellm.client.listSpendLogs
  const serviceKeyHash = proxyTokenHash(config.LITELLM_API_KEY)
  const recount = new UsageRecount({ platform, list, writer, marks, clock, serviceKeyHash })
  app.jobs.register({ kind: RECOUNT, run: (job) => recount.run(job), isOfPlatform: true })

  for (const schema of schemas) app.addSchema(schema)
  registerUsageIntakeRoutes(app, new UsageIntakeService(serviceContext, () => worker.wake()))
  registerRecountRoutes(app, new RecountService(serviceContext, app.jobs))
  const { LITELLM_CALLBACK_SECRET, LITELLM_CALLBACK_SECRET_PREVIOUS } = config
  await app.register(async (scope) =>
    callbackRoutes(scope, {
      secrets: [LITELLM_CALLBACK_SECRET, LITELLM_CALLBACK_SECRET_PREVIOUS].filter(
        (secret) => secret !== undefined,
      ),
      accept: async (records) => {
        await inbox.accept('push', records)
        worker.wake()
      },
    }),
  )
  runInBackground(app, worker, new SpendLogPull({ platform, list, marks, clock, log }))
}

/** Reading the logs and checking the ledger, in one process at a time; booking, in every one. */
function runInBackground(app: FastifyInstance, worker: InboxWorker, pull: SpendLogPull): void {
  const { config, serviceContext } = app
  const { platformDatabase: platform, clock, log } = serviceContext
  const differences = app.metrics.counter(
    'litemaas_ledger_differences_total',
    'Places where the ledger contradicted itself.',
  )
  let waiting = 0
  app.metrics.gauge('litemaas_usage_intake_waiting', 'Reported calls that are not booked.', () => waiting)
  const once = <T>(name: string, work: () => Promise<T>) =>
    exclusively(config.DATABASE_PLATFORM_URL, `litemaas/${name}`, work)
  const jobs = [
    new Periodic({
      name: 'usage-pull',
      // The longer LiteLLM cannot be read, the less often it is asked.
      everyMs: () =>
        Math.max(
          config.USAGE_PULL_INTERVAL_SECONDS * 1000,
          pull.failures === 0 ? 0 : Math.random() * Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** pull.failures),
        ),
      work: (signal) =>
        once('usage-pull', async () => {
          await pull.run(signal)
          worker.wake()
          await platform.transaction('usage-intake', forgetOld)
          const depth = await platform.transaction('usage-intake', inboxDepth, { readOnly: true })
          waiting = depth.reduce((sum, one) => sum + one.count, 0)
        }),
      log,
    }),
    new Periodic({
      name: 'ledger-check',
      everyMs: () => CHECK_EVERY_MS,
      work: () =>
        once('ledger-check', async () => {
          const report = await checkLedgerNightly({ platform, now: () => clock.now(), log })
          differences.inc(report?.differences.length ?? 0)
        }),
      log,
    }),
  ]
  app.startup.push(() => {
    worker.start()
    for (const job of jobs) job.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all([...jobs.map((job) => job.stop()), worker.stop()])
  })
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#platform/clock'
import { Listener, trySessionLock, type PlatformDatabase } from '#platform/database'
import type { Cipher } from '#platform/encryption'
import { Periodic } from '#platform/jobs'
import type { Alarm, Log } from './alarms.ts'
import { createBreakers, type BreakerSettings } from './breakers.ts'
import { CatalogueSync, type CatalogueStore } from './catalogue-sync.ts'
import { HealthWatch, type LiteLLMHealth } from './health-watch.ts'
import { depth, INTENTS_CHANNEL, readInstallation, redriveIntent } from './intents.queries.ts'
import { createLiteLLMClient, type LiteLLMClient } from './litellm.client.ts'
import { Outbox } from './outbox.ts'
import { Reconciler } from './reconciler.ts'
import { ResourceRegistry, type Resource } from './registry.ts'
import { OutboxWorker } from './worker.ts'

export interface LiteLLMSettings {
  readonly url: string
  readonly apiKey: string
  /** In `service` mode LiteLLM may have no database of its own, so its keys are not compared. */
  readonly keyMode: 'per-key' | 'service'
  readonly syncIntervalSeconds: number
  readonly reconcileIntervalSeconds: number
  readonly leaseSeconds: number
  readonly orphanAgeSeconds?: number
  readonly healthIntervalMs?: number
  readonly deadlineMs?: number
  readonly breaker?: BreakerSettings
}

export interface LiteLLMOptions {
  readonly settings: LiteLLMSettings
  readonly platform: PlatformDatabase
  /** The platform role's address, for LISTEN and for locks, which need connections of their own. */
  readonly platformUrl: string
  readonly cipher: Cipher
  readonly clock: Clock
  readonly log: Log
  readonly onAlarm?: (alarm: Alarm) => void
}

export interface LiteLLM {
  readonly client: LiteLLMClient
  readonly outbox: Outbox
  readonly worker: OutboxWorker
  readonly reconciler: Reconciler
  readonly catalogue: CatalogueSync
  registerResource(resource: Resource): void
  registerCatalogueStore(store: CatalogueStore): void
  /** What this installation calls itself in aliases and metadata. */
  installation(): Promise<string>
  health(): LiteLLMHealth
  /** Intents that are not done, by state. */
  outboxDepth(): ReturnType<typeof depth>
  /** Puts a dead intent back to work; false when there is no such dead intent. */
  redrive(intentId: string): Promise<boolean>
  /** After all registrations. Does not wait for LiteLLM: it may be away. */
  start(): void
  /** Finishes deliveries in flight within the grace, then lets go. */
  stop(graceMs?: number): Promise<void>
}

const JOB = 'litellm'
const HEALTH_INTERVAL_MS = 2000
/** As long as there is no good answer, it is asked for more often. */
const SYNC_RETRY_MS = 15_000

/** Well within the pause after a failed synchronization. */
const RECOVERY_ATTEMPTS = 8
const RECOVERY_PAUSE_MS = 250

/** LiteLLM says that it is well; the breaker of the catalogue may take a moment longer to believe it. */
async function readCatalogueAgain(catalogue: CatalogueSync): Promise<void> {
  for (let attempt = 1; attempt <= RECOVERY_ATTEMPTS; attempt += 1) {
    const outcome = await catalogue.run('recovery')
    if (outcome?.result !== 'failed') return
    await sleep(RECOVERY_PAUSE_MS, undefined, { ref: false })
  }
}

/** Builds the neighbour: the client, and the jobs that keep LiteLLM and us in agreement. */
export function createLiteLLM(options: LiteLLMOptions): LiteLLM {
  const { settings, platform, platformUrl, clock, log } = options
  const breakers = createBreakers(settings.breaker)
  const client = createLiteLLMClient({
    url: settings.url,
    apiKey: settings.apiKey,
    breakers,
    ...(settings.deadlineMs === undefined ? {} : { deadlineMs: settings.deadlineMs }),
  })
  const registry = new ResourceRegistry()
  const outbox = new Outbox(options.cipher)
  let store: CatalogueStore | undefined
  let installationName: string | undefined
  const installation = async () =>
    (installationName ??= await platform.transaction(JOB, readInstallation, { readOnly: true }))
  const raise = (alarm: Alarm) => {
    log.error({ alarm: alarm.kind, ...alarm.details }, alarm.message)
    options.onAlarm?.(alarm)
  }
  const lock = (name: string) => () => trySessionLock(platformUrl, `litemaas/litellm/${name}`)
  const shared = { platform, client, registry, outbox, installation, clock, log, raise }

  const worker = new OutboxWorker({ ...shared, breaker: breakers.admin, leaseSeconds: settings.leaseSeconds })
  const reconciler = new Reconciler({
    ...shared,
    lock: lock('reconcile'),
    ...(settings.orphanAgeSeconds === undefined ? {} : { orphanAgeSeconds: settings.orphanAgeSeconds }),
  })
  const catalogue = new CatalogueSync({
    client,
    store: () => store,
    lock: lock('catalogue'),
    clock,
    log,
    raise,
  })
  const watch = new HealthWatch({
    client,
    adminBreaker: breakers.admin,
    log,
    onRecovery: ({ isFirstAnswer }) => {
      // At a start in good health the catalogue is being read anyway.
      if (isFirstAnswer && catalogue.last?.result !== 'failed') return
      worker
        .hurry()
        .catch((error: unknown) => log.warn({ err: error }, 'waiting intents could not be hurried'))
      readCatalogueAgain(catalogue).catch((error: unknown) =>
        log.warn({ err: error }, 'the catalogue could not be stored'),
      )
    },
  })

  const jobs = [
    new Periodic({
      name: 'litellm-health',
      everyMs: () => settings.healthIntervalMs ?? HEALTH_INTERVAL_MS,
      work: (signal) => watch.look(signal),
      log,
    }),
    new Periodic({
      name: 'litellm-catalogue',
      everyMs: () =>
        Math.min(
          settings.syncIntervalSeconds * 1000,
          catalogue.last?.result === 'success' ? Infinity : SYNC_RETRY_MS,
        ),
      work: (signal) => catalogue.run(catalogue.last ? 'timer' : 'start', signal),
      log,
    }),
    ...(settings.keyMode === 'service'
      ? []
      : [
          new Periodic({
            name: 'litellm-reconcile',
            everyMs: () => settings.reconcileIntervalSeconds * 1000,
            work: async (signal) => {
              // LiteLLM has just answered, so what waited only because it did not need not wait longer.
              if (await reconciler.run(signal)) await worker.hurry({ onlyUnjudged: true })
            },
            log,
          }),
        ]),
  ]
  const listener = new Periodic({ name: 'litellm-listen', everyMs: () => 1000, work: () => listen(), log })
  let listening: Listener | undefined
  async function listen(): Promise<void> {
    if (listening) return
    const fresh = new Listener({
      url: platformUrl,
      channels: [INTENTS_CHANNEL],
      onNotification: () => worker.wake(),
      onState: (isListening) => isListening && worker.wake(),
    })
    await fresh.start()
    listening = fresh
  }

  return {
    client,
    outbox,
    worker,
    reconciler,
    catalogue,
    registerResource: (resource) => registry.registerResource(resource),
    registerCatalogueStore: (implementation) => {
      store = implementation
    },
    installation,
    health: () => watch.health,
    outboxDepth: () => platform.transaction(JOB, depth, { readOnly: true }),
    async redrive(intentId) {
      const isRedriven = await platform.transaction(JOB, (tx) => redriveIntent(tx, intentId))
      worker.wake()
      return isRedriven
    },
    start() {
      listener.start()
      worker.start()
      for (const job of jobs) job.start()
    },
    async stop(graceMs) {
      await Promise.all([...jobs, listener].map((job) => job.stop()))
      await worker.stop(graceMs)
      await listening?.close()
      await client.close()
    },
  }
}

/**
 * The OpenAI-compatible door to the models. It decides before a call whether it may be made, and books afterwards what it
 * cost. It never keeps a prompt or an answer.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { proxyTokenHash } from '#identity'
import { BudgetLedger } from '#modules/budgets'
import { modelExists } from '#modules/models'
import { exclusively } from '#platform/database'
import { Periodic } from '#platform/jobs'
import { Disagreements } from './disagreements.ts'
import { Forwarder } from './forward.ts'
import { Gateway } from './gateway.ts'
import { GatewayError, GatewayModel, MessagesError } from './gateway.schemas.ts'
import { Grants } from './grants.ts'
import { Limits } from './limits.ts'
import { ownCallRoutes } from './own-call.routes.ts'
import { OwnKeys } from './own-keys.ts'
import { gatewayRoutes } from './routes.ts'
import { RENEW_PLACES_MS, renewPlaces, SharedLimits } from './shared-limits.ts'
import { Sweeper } from './sweeper.ts'
import { Upstream } from './upstream.ts'

export { MESSAGES_ERRORS, OPENAI_ERRORS } from './errors.ts'
export { costOf } from './prices.ts'

/** The key as LiteLLM expects it, whichever header it came in. */
const ownAuthorization = ({ headers }: FastifyRequest): string =>
  headers.authorization ?? `Bearer ${String(headers['x-api-key'])}`

export async function gateway(app: FastifyInstance): Promise<void> {
  const { config, serviceContext } = app
  const { database, platformDatabase, clock, log } = serviceContext
  const ledger = new BudgetLedger({
    database,
    platform: platformDatabase,
    clock,
    log,
    leaseSeconds: config.LEASE_SECONDS,
  })
  const upstream = new Upstream({
    url: config.LITELLM_API_URL,
    timeoutSeconds: config.GATEWAY_TIMEOUT_SECONDS,
    maxConnections: config.GATEWAY_MAX_IN_FLIGHT,
  })
  const forwarder = new Forwarder(upstream)
  const grants = new Grants(app.identity, database, clock)
  const serviceAuthorization = `Bearer ${config.LITELLM_API_KEY}`
  const isPerKey = config.LITELLM_KEY_MODE === 'per-key'
  // Somebody who is signed in names a key and cannot show its secret: their calls go out with the service key.
  const showsKey = (request: FastifyRequest) => isPerKey && request.apiKey !== null
  const now = () => clock.now().getTime()
  const disagreements = new Disagreements({ database, litellm: app.litellm, log, now })
  const door = new Gateway({
    admission: {
      grants,
      limits: new Limits({
        liveProcesses: () => ledger.liveProcesses,
        shared: new SharedLimits({ database, processId: ledger.processId, now }),
        onError: (error) =>
          log.warn({ err: error }, 'a place among the parallel calls was not given back; it expires'),
      }),
      ledger,
      defaultOutputTokens: config.GATEWAY_MAX_OUTPUT_TOKENS,
      modelExists: (name, grant) =>
        database.transaction(
          { organizationId: grant.organizationId, userId: grant.userId, requestId: 'gateway' },
          (tx) => modelExists(tx, name),
          { readOnly: true },
        ),
      now,
    },
    forwarder,
    writer: app.usageWriter,
    authorizationFor: (request) => (showsKey(request) ? ownAuthorization(request) : serviceAuthorization),
    processId: ledger.processId,
    marks: app.callMarks,
    maxInFlight: config.GATEWAY_MAX_IN_FLIGHT,
    onDisagreement: async (key, request) =>
      showsKey(request) ? disagreements.report(key) : log.error('LiteLLM refuses the service key'),
  })
  for (const schema of [GatewayError, GatewayModel, MessagesError]) app.addSchema(schema)
  await app.register(async (scope) => gatewayRoutes(scope, door, grants))
  await app.register(async (scope) => ownCallRoutes(scope, door, new OwnKeys(serviceContext)))

  app.metrics.gauge('litemaas_gateway_in_flight', 'Calls under way.', () => forwarder.inFlight)
  const sweeper = new Sweeper({
    platform: platformDatabase,
    client: app.litellm.client,
    writer: app.usageWriter,
    clock,
    log,
    patienceSeconds: config.RESERVATION_TTL_SECONDS,
    serviceKeyHash: proxyTokenHash(config.LITELLM_API_KEY),
    hasKeysOfItsOwn: isPerKey,
  })
  const sweep = new Periodic({
    name: 'reservation-sweeper',
    everyMs: () => config.RECONCILE_INTERVAL_SECONDS * 500,
    work: () => exclusively(config.DATABASE_PLATFORM_URL, 'litemaas/sweeper', () => sweeper.run()),
    log,
  })
  const places = new Periodic({
    name: 'parallel-places',
    everyMs: () => RENEW_PLACES_MS,
    work: () =>
      platformDatabase.transaction('parallel-places', (tx) => renewPlaces(tx, ledger.processId, clock.now())),
    log,
  })
  app.startup.push(async () => {
    await ledger.start()
    sweep.start()
    places.start()
  })
  app.addHook('preClose', async () => {
    // Calls in flight may finish; what outlives the grace is broken off, and settled all the same.
    setTimeout(() => forwarder.abortAll(), config.SHUTDOWN_GRACE_SECONDS * 1000).unref()
  })
  app.addHook('onClose', async () => {
    await Promise.all([sweep.stop(), places.stop()])
    await app.usageWriter.stop()
    await ledger.stop()
    await upstream.close()
  })
}

import type { Clock } from '#platform/clock'
import type { PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { Log, RaiseAlarm } from './alarms.ts'
import { backoffSeconds } from './backoff.ts'
import { putDeployment } from './deliver-deployment.ts'
import { putKey } from './deliver-key.ts'
import { markDead, markDone, reschedule, settleEarlier } from './intents.queries.ts'
import type { LiteLLMClient } from './litellm.client.ts'
import { isJudgement, LiteLLMError, maskSecrets } from './litellm.errors.ts'
import type { Outbox } from './outbox.ts'
import type { DesiredResource, Resource, ResourceRegistry } from './registry.ts'

/** How far an intent came: `pending` also when its first delivery failed and is being repeated. */
export type IntentProgress = 'done' | 'pending' | 'dead'

/** Everything that waits for one resource, under one lease. */
export interface Batch {
  readonly ids: readonly string[]
  readonly kind: string
  readonly resourceId: string
  readonly leaseUntil: string
  readonly isDelete: boolean
  readonly hash: string | undefined
  readonly desiredVersion: number
  readonly attempts: number
  readonly tries: number
}

export interface DeliveryTools {
  readonly platform: PlatformDatabase
  readonly client: LiteLLMClient
  readonly registry: ResourceRegistry
  readonly outbox: Outbox
  readonly installation: () => Promise<string>
  readonly clock: Clock
  readonly log: Log
  readonly raise: RaiseAlarm
  readonly maxAttempts?: number
}

const JOB = 'litellm-outbox'
const MAX_ATTEMPTS = 12

interface Sent {
  readonly result: 'applied' | 'lost' | 'nothing'
  readonly version: number
}

/** Delivers one batch and records the outcome. Rejects only when the outcome could not be recorded. */
export async function deliver(
  tools: DeliveryTools,
  batch: Batch,
  signal: AbortSignal,
): Promise<IntentProgress> {
  let sent: Sent
  let resource: Resource
  try {
    resource = resourceOf(tools, batch)
    sent = await send(tools, resource, batch, signal)
  } catch (error) {
    return await recordFailure(tools, batch, error)
  }
  let isNewlyLost = false
  const isOurs = await tools.platform.transaction(JOB, async (tx) => {
    if (!(await markDone(tx, batch))) return false
    await settleEarlier(tx, batch.kind, batch.resourceId)
    if (sent.result === 'applied') await resource.recordApplied(tx, batch.resourceId, sent.version)
    isNewlyLost = sent.result === 'lost' && (await resource.recordLost(tx, batch.resourceId))
    return true
  })
  if (isOurs && isNewlyLost)
    tools.raise({
      kind: 'key_lost',
      message: 'LiteLLM has lost a key whose value nobody knows any more; it needs rotation',
      details: { kind: batch.kind, resourceId: batch.resourceId },
    })
  return isOurs ? 'done' : 'pending'
}

function resourceOf(tools: DeliveryTools, batch: Batch): Resource {
  const resource = tools.registry.find(batch.kind)
  if (!resource) throw ApplicationError.internal(`no module has registered the resource ${batch.kind}`)
  return resource
}

async function send(
  tools: DeliveryTools,
  resource: Resource,
  batch: Batch,
  signal: AbortSignal,
): Promise<Sent> {
  const desired = await loadDesired(tools, resource, batch.resourceId)
  const version = desired?.version ?? batch.desiredVersion
  if (resource.counterpart === 'deployment') return await sendDeployment(tools, desired, batch, signal)
  const hash = batch.hash ?? desired?.key?.hash
  if (batch.isDelete || !desired?.key) {
    // Without a hash a `put` of a revoked row has nothing to do: the revocation's own intent carries it.
    if (hash === undefined) return { result: 'nothing', version }
    await tools.client.deleteKey(hash, { signal })
    return { result: 'applied', version }
  }
  const result = await putKey(tools.client, {
    key: desired.key,
    openValue: () => openValue(tools, batch),
    installation: await tools.installation(),
    now: tools.clock.now(),
    signal,
  })
  return { result, version }
}

/** Here `hash` is LiteLLM's own id of the deployment. */
async function sendDeployment(
  { client }: DeliveryTools,
  desired: DesiredResource | undefined,
  batch: Batch,
  signal: AbortSignal,
): Promise<Sent> {
  const version = desired?.version ?? batch.desiredVersion
  if (!batch.isDelete && desired?.deployment) {
    await putDeployment(client, desired.deployment, signal)
    return { result: 'applied', version }
  }
  if (batch.hash === undefined) return { result: 'nothing', version }
  await client.deleteDeployment(batch.hash, { signal })
  return { result: 'applied', version }
}

async function loadDesired(
  tools: DeliveryTools,
  resource: Resource,
  id: string,
): Promise<DesiredResource | undefined> {
  const rows = await tools.platform.transaction(JOB, (tx) => resource.loadDesired(tx, [id]), {
    readOnly: true,
  })
  return rows.find((row) => row.id === id)
}

function openValue(tools: DeliveryTools, batch: Batch): Promise<string | undefined> {
  const open = (tx: Parameters<Outbox['openSecret']>[0]) =>
    tools.outbox.openSecret(tx, batch.kind, batch.resourceId)
  return tools.platform.transaction(JOB, open, { readOnly: true })
}

async function recordFailure(tools: DeliveryTools, batch: Batch, error: unknown): Promise<IntentProgress> {
  const attempts = batch.attempts + (isJudgement(error) ? 1 : 0)
  const text = describe(error)
  const facts = { kind: batch.kind, resourceId: batch.resourceId, attempts, reason: text }
  // LiteLLM is told of a revocation until it agrees, however often it refuses.
  if (!batch.isDelete && attempts >= (tools.maxAttempts ?? MAX_ATTEMPTS)) {
    const isDead = await tools.platform.transaction(JOB, async (tx) => {
      if (!(await markDead(tx, batch, { attempts, error: text }))) return false
      await tools.registry.find(batch.kind)?.recordFailed(tx, batch.resourceId, batch.desiredVersion)
      return true
    })
    if (isDead)
      tools.raise({
        kind: 'intent_dead',
        message: 'LiteLLM refuses what it was told, for good',
        details: facts,
      })
    return isDead ? 'dead' : 'pending'
  }
  const tries = batch.tries + 1
  const delaySeconds = backoffSeconds(batch.tries)
  await tools.platform.transaction(JOB, (tx) =>
    reschedule(tx, batch, { delaySeconds, attempts, tries, error: text }),
  )
  if (error instanceof LiteLLMError) tools.log.info(facts, 'LiteLLM has not taken an intent; it is repeated')
  else
    tools.log.error({ ...facts, err: error }, 'an intent for LiteLLM could not be prepared; it is repeated')
  return 'pending'
}

function describe(error: unknown): string {
  if (error instanceof LiteLLMError)
    return `${error.failure.kind} ${error.failure.status}: ${error.failure.message}`
  return maskSecrets(error instanceof Error ? error.message : 'unknown failure').slice(0, 500)
}

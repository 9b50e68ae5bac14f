import { randomUUID } from 'node:crypto'
import { changed } from '#identity'
import type { LiteLLM } from '#litellm'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import type { EgressPolicy } from '#platform/egress'
import type { Cipher } from '#platform/encryption'
import { ApplicationError } from '#platform/errors'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import type { JobRunner } from '#platform/jobs'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { insertPrice, isSamePrice } from './catalogue.queries.ts'
import {
  dropDeployment,
  insertDeployment,
  listKnownIds,
  lockDeployments,
  updateDeployment,
  type Deployment,
  type DeploymentFacts,
} from './deployment.queries.ts'
import { RESOURCE_KIND } from './deployment-resource.ts'
import { editableDeployments } from './editable.ts'
import { assertEgress } from './egress.ts'
import {
  availabilityAfter,
  changedDeployment,
  changedFacts,
  concernsLiteLLM,
  emptyDeployment,
  newFacts,
  placement,
  providerOf,
} from './model-draft.ts'
import { modelCameBack, modelPriceChanged, modelWentAway } from './model-events.ts'
import { pricesOf, withoutNano } from './model.answer.ts'
import { codes } from './model.errors.ts'
import {
  countLiveKeys,
  findAdminModel,
  findStored,
  insertAdminModel,
  listAdminModels,
  lockModel,
  lockModelByName,
  markRemoved,
  setRestrictionJob,
  updateAdminModel,
  type AdminRow,
  type StoredModelRow,
} from './model-admin.queries.ts'
import type {
  AdminModel,
  AdminModelListQuery,
  CreateModel,
  RemoveModelQuery,
  UpdateModel,
} from './model-admin.schemas.ts'
import { sealProviderKey } from './provider-key.ts'
import { lockRestriction, RESTRICTION_JOB } from './restriction.ts'

const JOB = 'model-administration'
/** How long a write waits for LiteLLM before it answers `pending`. */
const PATIENCE_MS = 1000

export interface ModelAdminParts {
  readonly litellm: Pick<LiteLLM, 'outbox' | 'worker' | 'client'>
  readonly cipher: Cipher
  readonly egress: EgressPolicy
  readonly jobs: JobRunner
}

interface Written {
  readonly model: AdminModel
  readonly intentId: string | undefined
}

/** The catalogue as the platform's administrators write it. What LiteLLM must know is told to it by intents. */
export class ModelAdminService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #parts: ModelAdminParts

  constructor(context: ServiceContext, parts: ModelAdminParts) {
    super(context)
    this.#platform = context.platformDatabase
    this.#parts = parts
  }

  async list(query: AdminModelListQuery): Promise<PageOf<AdminModel>> {
    const { rows, total } = await this.#platform.transaction(JOB, (tx) => listAdminModels(tx, query), {
      readOnly: true,
    })
    return page(rows.map(toAdminModel), total, query)
  }

  /** 404 `MODEL_NOT_FOUND`. */
  get(id: string): Promise<AdminModel> {
    return this.#platform.transaction(JOB, (tx) => this.#read(tx, id), { readOnly: true })
  }

  /** 409 `MODEL_EXISTS` while there is one of this name; a removed or vanished one comes back with its subscriptions. */
  async create(caller: Caller, body: CreateModel, idempotency?: IdempotencyFacts): Promise<AdminModel> {
    await assertEgress(this.#parts.egress, body.apiBase)
    const at = this.clock.now()
    let intentId: string | undefined
    const created = await this.#platform.transaction(JOB, (tx) =>
      idempotent(tx, caller, idempotency, at, async () => {
        const written = await this.#create(tx, caller, body)
        intentId = written.intentId
        return written.model
      }),
    )
    return await this.#settled(created, intentId)
  }

  async #create(tx: Tx, caller: Caller, body: CreateModel): Promise<Written> {
    const facts = newFacts(body)
    const before = await lockModelByName(tx, body.name)
    if (before && (before.isServed || (await lockDeployments(tx, before.id)).length > 0)) throw exists()
    const after = before
      ? await updateAdminModel(tx, before.id, facts, 'unavailable')
      : await insertAdminModel(tx, facts)
    if (!after) throw exists()
    const id = randomUUID()
    const deployment = await insertDeployment(tx, {
      ...this.#withKey({ ...emptyDeployment, ...placement(body), id }, body.apiKey),
      modelId: after.id,
      litellmId: id,
    })
    await insertPrice(tx, after)
    await this.#record(tx, caller, 'model.created', before, after)
    const restrictionChanged = before !== undefined && before.isRestricted !== after.isRestricted
    if (restrictionChanged) await this.#followRestriction(tx, caller, after.id)
    const intentId = await this.#tell(tx, deployment)
    return { model: await this.#read(tx, after.id), intentId }
  }

  /** What LiteLLM keeps is changed there, too; 422 `MODEL_NOT_EDITABLE` where that cannot be done from here. */
  async update(caller: Caller, id: string, body: UpdateModel, version?: number): Promise<AdminModel> {
    await assertEgress(this.#parts.egress, body.apiBase)
    const isForLiteLLM = concernsLiteLLM(body)
    const adopted = isForLiteLLM ? await this.#adoptable(id) : []
    const written = await this.#platform.transaction(JOB, async (tx) => {
      if (body.isRestricted !== undefined) await lockRestriction(tx, id)
      const before = await this.#locked(tx, id)
      assertVersion(before.version, version)
      if (before.isRemoved) throw removed()
      const deployment = isForLiteLLM ? await this.#changeDeployment(tx, before, adopted, body) : undefined
      const facts = changedFacts(before, body)
      const provider = deployment?.providerModel ? providerOf(deployment) : before.provider
      const after = await updateAdminModel(
        tx,
        id,
        { ...facts, provider },
        availabilityAfter(before, body.isDisabled),
      )
      await this.#record(tx, caller, 'model.edited', before, after, body.reason)
      await this.#announceChange(tx, before, after)
      if (before.isRestricted !== after.isRestricted) await this.#followRestriction(tx, caller, id)
      const intentId = deployment && (await this.#tell(tx, deployment))
      return { model: await this.#read(tx, id), intentId }
    })
    return await this.#settled(written.model, written.intentId)
  }

  /** 409 `MODEL_IN_USE` while live keys have it, unless forced with a reason. The row stays, and usage with it. */
  async remove(caller: Caller, id: string, query: RemoveModelQuery, version?: number): Promise<void> {
    if (query.force === true && query.reason === undefined)
      throw ApplicationError.validation('Say why you remove a model that may be in use.', 'reason')
    const adopted = await this.#adoptable(id)
    await this.#platform.transaction(JOB, async (tx) => {
      const before = await this.#locked(tx, id)
      assertVersion(before.version, version)
      if (before.isRemoved) throw removed()
      const keys = await countLiveKeys(tx, id)
      if (keys > 0 && query.force !== true)
        throw ApplicationError.conflict('Live keys have this model.', codes.MODEL_IN_USE, { keys })
      for (const one of adopted) await insertDeployment(tx, one)
      for (const one of await lockDeployments(tx, id)) {
        const gone = await dropDeployment(tx, one.id)
        await this.#parts.litellm.outbox.enqueueIntent(tx, {
          ...intentFacts(gone),
          operation: 'delete',
          hash: gone.litellmId,
        })
      }
      const after = await markRemoved(tx, id)
      await this.#record(tx, caller, 'model.removed', before, after, query.reason)
      if (before.availability === 'available') await modelWentAway(tx, after)
    })
    this.#parts.litellm.worker.wake()
  }

  /** Deployments that LiteLLM has of this model and that we do not know yet, as rows to take up. Asks LiteLLM. */
  async #adoptable(id: string): Promise<DeploymentFacts[]> {
    const model = await this.#platform.transaction(
      JOB,
      async (tx) => {
        const row = await findStored(tx, id)
        if (!row) throw ApplicationError.notFound('model', id)
        return { ...row, known: await listKnownIds(tx, id) }
      },
      { readOnly: true },
    )
    const unknown = model.litellmIds.filter((one) => !model.known.includes(one))
    if (unknown.length === 0 || model.isRemoved) return []
    const found = await editableDeployments(this.#parts.litellm.client, model.name)
    return found
      .filter((one) => !model.known.includes(one.litellmId))
      .map((one) => ({ ...emptyDeployment, ...one, id: randomUUID(), modelId: id, isAdopted: true }))
  }

  async #changeDeployment(
    tx: Tx,
    model: StoredModelRow,
    adopted: readonly DeploymentFacts[],
    body: UpdateModel,
  ): Promise<Deployment> {
    for (const one of adopted) await insertDeployment(tx, one)
    const [current, ...others] = await lockDeployments(tx, model.id)
    if (!current || others.length > 0)
      throw ApplicationError.unprocessable(
        current
          ? 'LiteLLM balances several deployments of this model; edit them there.'
          : 'LiteLLM has no deployment of this model; create it anew.',
        codes.MODEL_NOT_EDITABLE,
      )
    return await updateDeployment(tx, this.#withKey(changedDeployment(current, body), body.apiKey))
  }

  #withKey<D extends DeploymentFacts>(deployment: D, key: string | undefined): D {
    if (key === undefined) return deployment
    return { ...deployment, ...sealProviderKey(this.#parts.cipher, deployment.id, deployment, key) }
  }

  async #announceChange(tx: Tx, before: StoredModelRow, after: StoredModelRow): Promise<void> {
    if (!isSamePrice(before, after)) {
      await insertPrice(tx, after)
      await modelPriceChanged(tx, after)
    }
    if (before.availability === after.availability) return
    if (before.availability === 'available') await modelWentAway(tx, after)
    if (after.availability === 'available') await modelCameBack(tx, after)
  }

  /** Subscriptions belong to another room; its job moves each of them. */
  async #followRestriction(tx: Tx, caller: Caller, modelId: string): Promise<void> {
    const job = await this.#parts.jobs.enqueue(tx, caller, { kind: RESTRICTION_JOB, params: { modelId } })
    await setRestrictionJob(tx, modelId, job.id)
  }

  #tell(tx: Tx, deployment: Deployment): Promise<string> {
    return this.#parts.litellm.outbox.enqueueIntent(tx, { ...intentFacts(deployment), operation: 'put' })
  }

  /** After the commit: waits a moment for LiteLLM, so that the answer mostly says `synced`. */
  async #settled(model: AdminModel, intentId: string | undefined): Promise<AdminModel> {
    if (intentId === undefined) return model
    await this.#parts.litellm.worker.waitFor(intentId, PATIENCE_MS)
    return await this.get(model.id)
  }

  async #record(
    tx: Tx,
    caller: Caller,
    action: string,
    before: StoredModelRow | undefined,
    after: StoredModelRow,
    reason?: string,
  ): Promise<void> {
    await this.audit(tx, caller, {
      category: 'model',
      action,
      resourceType: 'model',
      resourceId: after.id,
      before,
      after,
      reason,
      organizationId: PLATFORM_ORGANIZATION_ID,
    })
    await changed(tx, { kind: 'model', id: after.id })
  }

  async #locked(tx: Tx, id: string): Promise<StoredModelRow> {
    const row = await lockModel(tx, id)
    if (!row) throw ApplicationError.notFound('model', id)
    return row
  }

  async #read(tx: Tx, id: string): Promise<AdminModel> {
    const row = await findAdminModel(tx, id)
    if (!row) throw ApplicationError.notFound('model', id)
    return toAdminModel(row)
  }
}

const intentFacts = ({ id, desiredVersion }: Deployment) => ({
  organizationId: PLATFORM_ORGANIZATION_ID,
  kind: RESOURCE_KIND,
  resourceId: id,
  desiredVersion,
})

const exists = () => ApplicationError.alreadyExists('model', 'name')
const removed = () =>
  ApplicationError.conflict('This model has been removed; create it anew.', codes.MODEL_NOT_EDITABLE)

const toAdminModel = (row: AdminRow): AdminModel => ({ ...withoutNano(row), ...pricesOf(row) })

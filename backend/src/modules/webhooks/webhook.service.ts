import { randomUUID } from 'node:crypto'
import type { Tx } from '#platform/database'
import type { Cipher } from '#platform/encryption'
import { ApplicationError } from '#platform/errors'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import type { Admit } from './destination.ts'
import { codes, constraints } from './webhook.errors.ts'
import {
  countWebhooksAlone,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  replaceSecret,
  updateWebhook,
} from './webhook.queries.ts'
import type {
  CreateWebhook,
  UpdateWebhook,
  Webhook,
  WebhookListQuery,
  WebhookWithSecret,
} from './webhook.schemas.ts'
import { newSecret, secretContext } from './webhook-secret.ts'

const MAX_PER_ORGANIZATION = 20
const OVERLAP_HOURS = 24

const withoutSecret = (webhook: WebhookWithSecret): WebhookWithSecret => ({ ...webhook, secret: null })
const notFound = (id: string) => ApplicationError.notFound('webhook', id)

/** An organization's webhooks: made, changed and removed by its administrators. */
export class WebhookService extends BaseService {
  readonly #cipher: Cipher
  readonly #admit: Admit

  constructor(context: ServiceContext, parts: { cipher: Cipher; admit: Admit }) {
    super(context, constraints)
    this.#cipher = parts.cipher
    this.#admit = parts.admit
  }

  async list(caller: Caller, query: WebhookListQuery): Promise<PageOf<Webhook>> {
    this.organizationOf(caller)
    const { rows, total } = await this.read(caller, (tx) => listWebhooks(tx, query))
    return page(rows, total, query)
  }

  get(caller: Caller, id: string): Promise<Webhook> {
    return this.read(caller, (tx) => this.existing(tx, caller, id))
  }

  /** For what hangs on a webhook. */
  async existing(tx: Tx, caller: Caller, id: string): Promise<Webhook> {
    this.organizationOf(caller)
    const webhook = await findWebhook(tx, id)
    if (!webhook) throw notFound(id)
    return webhook
  }

  /** The secret stands in this answer and in no other. */
  async create(
    caller: Caller,
    body: CreateWebhook,
    idempotency?: IdempotencyFacts,
  ): Promise<WebhookWithSecret> {
    const organizationId = this.organizationOf(caller)
    await this.#assertAllowed(body.url)
    const work = async (tx: Tx): Promise<WebhookWithSecret> => {
      if ((await countWebhooksAlone(tx, organizationId)) >= MAX_PER_ORGANIZATION)
        throw ApplicationError.unprocessable(
          'The organization has as many webhooks as are allowed.',
          codes.WEBHOOK_LIMIT,
          { limit: MAX_PER_ORGANIZATION },
        )
      const id = randomUUID()
      const secret = newSecret()
      const { name, url, eventNames, isEnabled = true } = body
      const sealed = this.#cipher.seal(secret, secretContext(id))
      const createdBy = caller.userId
      const after = await insertWebhook(tx, {
        id,
        name,
        url,
        eventNames,
        isEnabled,
        secret: sealed,
        createdBy,
      })
      await this.audit(tx, caller, { ...auditFacts(id), action: 'webhook.created', after })
      return { ...after, secret }
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, this.clock.now(), () => work(tx), withoutSecret),
      'webhook creation',
    )
  }

  async update(caller: Caller, id: string, body: UpdateWebhook, version?: number): Promise<Webhook> {
    this.organizationOf(caller)
    if (body.url !== undefined) await this.#assertAllowed(body.url)
    return await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#locked(tx, id, version)
        const { version: _version, ...change } = body
        const after = await updateWebhook(tx, id, { ...before, ...change })
        await this.audit(tx, caller, { ...auditFacts(id), action: 'webhook.updated', before, after })
        return after
      },
      'webhook update',
    )
  }

  /** With everything that waits for it. */
  async remove(caller: Caller, id: string, version?: number): Promise<void> {
    this.organizationOf(caller)
    await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#locked(tx, id, version)
        await deleteWebhook(tx, id)
        await this.audit(tx, caller, { ...auditFacts(id), action: 'webhook.deleted', before })
      },
      'webhook removal',
    )
  }

  /** Both secrets sign for a day, so that the receiver can change over in between. */
  async rotateSecret(
    caller: Caller,
    id: string,
    version: number | undefined,
    idempotency?: IdempotencyFacts,
  ): Promise<WebhookWithSecret> {
    this.organizationOf(caller)
    const work = async (tx: Tx): Promise<WebhookWithSecret> => {
      const before = await this.#locked(tx, id, version)
      const secret = newSecret()
      const after = await replaceSecret(tx, id, this.#cipher.seal(secret, secretContext(id)), OVERLAP_HOURS)
      await this.audit(tx, caller, { ...auditFacts(id), action: 'webhook.secret_rotated', before, after })
      return { ...after, secret }
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, this.clock.now(), () => work(tx), withoutSecret),
      'webhook secret rotation',
    )
  }

  async #locked(tx: Tx, id: string, version: number | undefined): Promise<Webhook> {
    const webhook = await lockWebhook(tx, id)
    if (!webhook) throw notFound(id)
    assertVersion(webhook.version, version)
    return webhook
  }

  /** Before any transaction: names are resolved. */
  async #assertAllowed(url: string): Promise<void> {
    const { objection } = await this.#admit(url)
    if (objection === undefined) return
    throw new ApplicationError(codes.WEBHOOK_ADDRESS_REFUSED, 'A webhook may not lead to this address.', {
      details: { field: 'url', reason: objection },
      suggestion: 'An administrator of the installation can list internal hosts in WEBHOOK_ALLOWED_HOSTS.',
    })
  }
}

export const auditFacts = (id: string) => ({
  category: 'webhook',
  resourceType: 'webhook',
  resourceId: id,
})

import {
  changed,
  mintServiceClientSecret,
  newClientId,
  serviceClientSecretHint,
  type KeyDigester,
} from '#identity'
import { blocksOf } from '#platform/addresses'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { clientNotFound, codes } from './service-client.errors.ts'
import {
  deleteClient,
  deleteExpiredSecrets,
  deleteSecret,
  findClient,
  insertClient,
  insertSecret,
  listClients,
  lockClient,
  updateClient,
  type ClientRow,
} from './service-client.queries.ts'
import type {
  CreateServiceClient,
  NewServiceClientSecret,
  ServiceClient,
  ServiceClientListQuery,
  ServiceClientWithSecret,
  UpdateServiceClient,
} from './service-client.schemas.ts'

const DEFAULT_TTL_SECONDS = 900
const MAX_SECRETS = 2
const YEARS_AHEAD = 10

/** Machines of an organization, as its administrators look after them. Nobody gives a machine more than they may do themselves. */
export class ServiceClientService extends BaseService {
  readonly #digester: KeyDigester

  constructor(context: ServiceContext, parts: { digester: KeyDigester }) {
    super(context)
    this.#digester = parts.digester
  }

  async list(caller: Caller, query: ServiceClientListQuery): Promise<PageOf<ServiceClient>> {
    this.organizationOf(caller)
    const now = this.clock.now()
    const { rows, total } = await this.read(caller, (tx) => listClients(tx, query, now))
    return page(rows.map(toClient), total, query)
  }

  get(caller: Caller, id: string): Promise<ServiceClient> {
    this.organizationOf(caller)
    return this.read(caller, (tx) => this.#existing(tx, id))
  }

  /** With its first secret. 403 `SCOPE_ABOVE_OWN` for a scope that the caller does not have. */
  async create(
    caller: Caller,
    body: CreateServiceClient,
    idempotency?: IdempotencyFacts,
  ): Promise<ServiceClientWithSecret> {
    this.organizationOf(caller)
    const createdBy = this.personOf(caller)
    const now = this.clock.now()
    const work = async (tx: Tx) => {
      assertHas(caller, body.scopes)
      const { allowedIps = null } = body
      const id = await insertClient(tx, {
        clientId: newClientId(),
        name: body.name,
        description: body.description ?? '',
        scopes: body.scopes,
        allowedIps: allowedIps && blocksOf(allowedIps),
        tokenTtlSeconds: body.tokenTtlSeconds ?? DEFAULT_TTL_SECONDS,
        createdBy,
      })
      const { secret } = await this.#mint(tx, id, body.secretExpiresAt ?? null, 'secretExpiresAt')
      const client = await this.#existing(tx, id)
      await this.audit(tx, caller, { ...auditFacts(id), action: 'service_client.created', after: client })
      return { ...client, secret }
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, now, () => work(tx), withoutSecret),
      'service client creation',
    )
  }

  /** What it narrows holds for tokens that are out there, too, within a second. */
  async update(
    caller: Caller,
    id: string,
    body: UpdateServiceClient,
    version?: number,
  ): Promise<ServiceClient> {
    return await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#held(tx, caller, id, version)
        // Who takes scopes away need not have them.
        assertHas(caller, body.scopes?.filter((scope) => !before.scopes.includes(scope)) ?? [])
        const { status, allowedIps, name, description, scopes, tokenTtlSeconds } = body
        if (status === 'active' && before.status === 'disabled') assertHas(caller, scopes ?? before.scopes)
        await updateClient(tx, before.id, {
          ...{ name, description, scopes, tokenTtlSeconds },
          allowedIps: allowedIps && blocksOf(allowedIps),
          isDisabled: status === undefined ? undefined : status === 'disabled',
        })
        await changed(tx, { kind: 'serviceClient', id: before.id })
        const after = await this.#existing(tx, id)
        await this.audit(tx, caller, { ...auditFacts(id), action: 'service_client.updated', before, after })
        return after
      },
      'service client update',
    )
  }

  /** For good, with its secrets; its tokens end within a second. */
  async remove(caller: Caller, id: string, version?: number): Promise<void> {
    await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#held(tx, caller, id, version)
        await deleteClient(tx, before.id)
        await changed(tx, { kind: 'serviceClient', id: before.id })
        await this.audit(tx, caller, { ...auditFacts(id), action: 'service_client.deleted', before })
      },
      'service client removal',
    )
  }

  /** A second secret, so that the first can be exchanged without a gap. 409 `SECRET_LIMIT` when two are valid. */
  async addSecret(
    caller: Caller,
    id: string,
    expiresAt: string | null,
    idempotency?: IdempotencyFacts,
  ): Promise<NewServiceClientSecret> {
    this.organizationOf(caller)
    this.personOf(caller)
    const now = this.clock.now()
    const work = async (tx: Tx) => {
      const before = await this.#held(tx, caller, id)
      // Whoever holds a secret may do what the client may.
      assertHas(caller, before.scopes)
      if (before.secrets.filter((one) => !one.isExpired).length >= MAX_SECRETS)
        throw ApplicationError.conflict(
          'Two secrets are valid already; remove one first.',
          codes.SECRET_LIMIT,
        )
      await deleteExpiredSecrets(tx, before.id, now)
      const minted = await this.#mint(tx, before.id, expiresAt, 'expiresAt')
      const { secrets } = await this.#existing(tx, id)
      const made = secrets.find((one) => one.id === minted.id)
      if (!made) throw ApplicationError.internal('a secret was not found after its creation')
      await this.audit(tx, caller, {
        ...auditFacts(id),
        action: 'service_client_secret.created',
        before: { secrets: before.secrets },
        after: { secrets },
      })
      return { ...made, secret: minted.secret }
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, now, () => work(tx), withoutSecret),
      'service client secret creation',
    )
  }

  /** Tokens that were made with it end with it, within a second. */
  async removeSecret(caller: Caller, id: string, secretId: string): Promise<void> {
    await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#held(tx, caller, id)
        if (!(await deleteSecret(tx, before.id, secretId)))
          throw new ApplicationError(codes.SECRET_NOT_FOUND, 'No such secret.', { details: { id: secretId } })
        await changed(tx, { kind: 'serviceClient', id: before.id })
        await this.audit(tx, caller, {
          ...auditFacts(id),
          action: 'service_client_secret.removed',
          before: before.secrets.find((one) => one.id === secretId.toLowerCase()),
        })
      },
      'service client secret removal',
    )
  }

  async #existing(tx: Tx, id: string): Promise<ServiceClient> {
    const row = await findClient(tx, id, this.clock.now())
    if (!row) throw clientNotFound(id)
    return toClient(row)
  }

  async #held(tx: Tx, caller: Caller, id: string, version?: number): Promise<ServiceClient> {
    this.organizationOf(caller)
    await lockClient(tx, id)
    const client = await this.#existing(tx, id)
    assertVersion(client.version, version)
    return client
  }

  async #mint(
    tx: Tx,
    clientId: string,
    expiresAt: string | null,
    field: string,
  ): Promise<{ id: string; secret: string }> {
    const validUntil = expiresAt === null ? null : this.#end(expiresAt, field)
    const secret = mintServiceClientSecret()
    const id = await insertSecret(tx, {
      clientId,
      digest: this.#digester.digest(secret),
      pepperVersion: this.#digester.version,
      hint: serviceClientSecretHint(secret),
      validUntil,
    })
    return { id, secret }
  }

  #end(expiresAt: string, field: string): string {
    const now = this.clock.now()
    const end = Date.parse(expiresAt)
    const latest = new Date(now).setUTCFullYear(now.getUTCFullYear() + YEARS_AHEAD)
    if (!(end > now.getTime()) || end > latest)
      throw ApplicationError.unprocessable(
        `A secret expires in the future, and at most ${YEARS_AHEAD} years ahead.`,
        'EXPIRY_OUT_OF_RANGE',
        { field },
      )
    return new Date(end).toISOString()
  }
}

function toClient({ isDisabled, ...row }: ClientRow): ServiceClient {
  return { ...row, status: isDisabled ? 'disabled' : 'active' }
}

const withoutSecret = <T extends { secret: string | null }>(answer: T): T => ({ ...answer, secret: null })

function assertHas(caller: Caller, scopes: readonly string[]): void {
  const scope = scopes.find((one) => !caller.permissions.has(one))
  if (scope !== undefined)
    throw new ApplicationError(
      codes.SCOPE_ABOVE_OWN,
      'Nobody gives a machine more than they may do themselves.',
      {
        details: { field: 'scopes', requiredPermission: scope },
      },
    )
}

const auditFacts = (id: string) => ({
  category: 'service-client',
  resourceType: 'service_client',
  resourceId: id.toLowerCase(),
})

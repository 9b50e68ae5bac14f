import { changed } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import type { AccessHooks } from './access-hooks.ts'
import { listAllowedModels, listExistingModels, putAllowedModels } from './allowed-models.queries.ts'
import { newInvitation, type InvitationLinks } from './invitation-link.ts'
import { insertInvitation } from './invitation.queries.ts'
import { auditFacts, toOrganization } from './organization.answer.ts'
import { codes, organizationNotFound } from './organization.errors.ts'
import {
  findOrganization,
  insertFirstAdministrator,
  insertOrganization,
  isActiveUser,
  listOrganizations,
  lockOrganization,
  updateOrganization,
} from './organization.queries.ts'
import type {
  CreatedOrganization,
  CreateOrganization,
  Organization,
  OrganizationListQuery,
  OrganizationModels,
  SetOrganizationModels,
  UpdateOrganization,
} from './organization.schemas.ts'

const JOB = 'organization-administration'
const FIRST_INVITATION_HOURS = 7 * 24

/**
 * What platform administrators do with organizations, recorded in the organization concerned. The application's own role
 * cannot make, suspend, limit or widen one.
 */
export class OrganizationService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #hooks: AccessHooks
  readonly #links: InvitationLinks

  constructor(context: ServiceContext, parts: { hooks: AccessHooks; links: InvitationLinks }) {
    super(context)
    this.#platform = context.platformDatabase
    this.#hooks = parts.hooks
    this.#links = parts.links
  }

  async list(query: OrganizationListQuery): Promise<PageOf<Organization>> {
    const now = this.clock.now()
    const { rows, total } = await this.#platform.transaction(JOB, (tx) => listOrganizations(tx, query, now), {
      readOnly: true,
    })
    return page(rows.map(toOrganization), total, query)
  }

  get(caller: Caller, id: string): Promise<Organization> {
    const there = inside(caller, id)
    return this.read(there, (tx) => this.#organization(tx, there.organizationId))
  }

  /** With its default team, and its first administrator: a person at once, or whoever accepts the invitation. */
  async create(
    caller: Caller,
    body: CreateOrganization,
    idempotency?: IdempotencyFacts,
  ): Promise<CreatedOrganization> {
    const creator = this.personOf(caller)
    if (body.administratorId !== undefined && body.administratorEmail !== undefined)
      throw ApplicationError.validation(
        'Name the administrator by id or by e-mail address, not by both.',
        'administratorEmail',
      )
    const now = this.clock.now()
    const work = async (tx: Tx): Promise<CreatedOrganization> => {
      const { id, teamId } = await insertOrganization(tx, body.name)
      const there = inside(caller, id)
      const { administratorId } = body
      if (administratorId !== undefined) await this.#appoint(tx, there, { id, teamId }, administratorId)
      const invitation =
        administratorId === undefined ? await this.#invite(tx, there, id, creator, body, now) : null
      const organization = await this.#organization(tx, id)
      await this.audit(tx, there, {
        ...auditFacts(id),
        action: 'organization.created',
        after: organization,
      })
      await announce(tx, {
        name: 'organization.created',
        audience: { platform: true },
        data: { organizationId: id, name: body.name },
        organizationId: id,
      })
      return { ...organization, invitation }
    }
    const withoutLink = (answer: CreatedOrganization) => ({
      ...answer,
      invitation: answer.invitation && { ...answer.invitation, url: null },
    })
    return await this.#platform.transaction(JOB, (tx) =>
      idempotent(tx, caller, idempotency, now, () => work(tx), withoutLink),
    )
  }

  /** Name, limits, and whether it works at all. A suspension holds with the commit. */
  async update(
    caller: Caller,
    anyId: string,
    body: UpdateOrganization,
    version?: number,
  ): Promise<Organization> {
    const there = inside(caller, anyId)
    const id = there.organizationId
    const { reason, version: _version, ...change } = body
    return await this.#platform.transaction(JOB, async (tx) => {
      const before = await this.#locked(tx, id, version)
      if (before.isDefault && change.status === 'suspended')
        throw ApplicationError.conflict(
          'The default organization cannot be suspended.',
          codes.DEFAULT_ORGANIZATION,
        )
      await updateOrganization(tx, id, change)
      const after = await this.#organization(tx, id)
      const isSwitched = before.status !== after.status
      const action = isSwitched
        ? after.status === 'suspended'
          ? 'organization.suspended'
          : 'organization.activated'
        : 'organization.updated'
      await this.audit(tx, there, { ...auditFacts(id), action, before, after, reason })
      if (isSwitched) {
        await this.#hooks.run(tx, there, { kind: 'organization', organizationId: id })
        await announce(tx, {
          name: action,
          audience: { platform: true },
          data: { organizationId: id },
          organizationId: id,
        })
      }
      await changed(tx, { kind: 'organization', id })
      return after
    })
  }

  async models(caller: Caller, anyId: string): Promise<OrganizationModels> {
    const there = inside(caller, anyId)
    const id = there.organizationId
    return await this.read(there, async (tx) => {
      const { isRestrictedToList, version } = await this.#organization(tx, id)
      return { isRestrictedToList, modelIds: await listAllowedModels(tx, id), version }
    })
  }

  /** What is allowed no longer is taken off the organization's keys in the same transaction. */
  async setModels(
    caller: Caller,
    anyId: string,
    body: SetOrganizationModels,
    version?: number,
  ): Promise<OrganizationModels> {
    const there = inside(caller, anyId)
    const id = there.organizationId
    const modelIds = [...new Set(body.modelIds.map((modelId) => modelId.toLowerCase()))]
    return await this.#platform.transaction(JOB, async (tx) => {
      const before = await this.#locked(tx, id, version)
      const known = await listExistingModels(tx, modelIds)
      const unknown = modelIds.find((modelId) => !known.has(modelId))
      if (unknown !== undefined) throw ApplicationError.notFound('model', unknown, 'modelIds')
      const listed = await listAllowedModels(tx, id)
      await putAllowedModels(tx, id, body.isRestrictedToList, modelIds)
      await this.#hooks.run(tx, there, { kind: 'models', organizationId: id, teamId: null })
      const after = {
        isRestrictedToList: body.isRestrictedToList,
        modelIds: await listAllowedModels(tx, id),
      }
      await this.audit(tx, there, {
        ...auditFacts(id),
        action: 'organization.models_set',
        before: { isRestrictedToList: before.isRestrictedToList, modelIds: listed },
        after,
        reason: body.reason,
      })
      await changed(tx, { kind: 'organization', id })
      return { ...after, version: before.version + 1 }
    })
  }

  async #organization(tx: Tx, id: string): Promise<Organization> {
    const row = await findOrganization(tx, id, this.clock.now())
    if (!row) throw organizationNotFound(id)
    return toOrganization(row)
  }

  async #locked(tx: Tx, id: string, version: number | undefined): Promise<Organization> {
    if (!(await lockOrganization(tx, id))) throw organizationNotFound(id)
    const organization = await this.#organization(tx, id)
    assertVersion(organization.version, version)
    return organization
  }

  async #appoint(
    tx: Tx,
    there: Caller,
    organization: { id: string; teamId: string },
    userId: string,
  ): Promise<void> {
    if (!(await isActiveUser(tx, userId))) throw ApplicationError.notFound('user', userId, 'administratorId')
    await insertFirstAdministrator(tx, organization, userId)
    await this.audit(tx, there, {
      category: 'organization',
      action: 'member.joined',
      resourceType: 'member',
      resourceId: userId,
      after: { role: 'admin' },
    })
    await changed(tx, { kind: 'user', id: userId.toLowerCase() })
  }

  async #invite(
    tx: Tx,
    there: Caller,
    organizationId: string,
    createdBy: string,
    body: CreateOrganization,
    now: Date,
  ): Promise<CreatedOrganization['invitation']> {
    const { token, ...invitation } = newInvitation(now, FIRST_INVITATION_HOURS)
    const email = body.administratorEmail?.toLowerCase() ?? null
    const row = { ...invitation, organizationId, email, role: 'admin', teamIds: [], createdBy } as const
    const id = await insertInvitation(tx, row)
    const expiresAt = invitation.expiresAt.toISOString()
    await this.audit(tx, there, {
      category: 'organization',
      action: 'invitation.created',
      resourceType: 'invitation',
      resourceId: id,
      after: { role: 'admin', email, expiresAt },
    })
    return { id, url: this.#links.of(token), expiresAt }
  }
}

/** The caller at work in this organization, and nowhere else. The platform's own has nothing to govern. */
function inside(caller: Caller, id: string): Caller & { readonly organizationId: string } {
  const organizationId = id.toLowerCase()
  if (organizationId === PLATFORM_ORGANIZATION_ID) throw organizationNotFound(id)
  return { ...caller, organizationId, organizationRole: null, reach: 'organization' }
}

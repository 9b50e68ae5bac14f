import type { AccessHooks } from '#modules/organizations'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { seesAllTeams, toTeam, viewOf } from './team.answer.ts'
import { codes, constraints } from './team.errors.ts'
import {
  archiveTeam,
  findTeam,
  insertTeam,
  listTeams,
  listTeamsOf,
  listVisibleModels,
  lockTeam,
  updateTeam,
} from './team.queries.ts'
import type { CreateTeam, Team, TeamAdministrationQuery, TeamListQuery, UpdateTeam } from './team.schemas.ts'
import { holdMembers, insertTeamMember } from './team-member.queries.ts'

/** Teams themselves: seen by who is in them, made and changed by the organization's administrators. */
export class TeamService extends BaseService {
  readonly #hooks: AccessHooks

  constructor(context: ServiceContext, hooks: AccessHooks) {
    super(context, constraints)
    this.#hooks = hooks
  }

  async listMine(caller: Caller, query: TeamListQuery): Promise<PageOf<Team>> {
    this.organizationOf(caller)
    const userId = this.personOf(caller)
    const view = viewOf(caller, this.clock.now())
    const { rows, total } = await this.read(caller, (tx) => listTeamsOf(tx, userId, query, view))
    return page(
      rows.map((row) => toTeam(caller, row)),
      total,
      query,
    )
  }

  async listAll(caller: Caller, query: TeamAdministrationQuery): Promise<PageOf<Team>> {
    this.organizationOf(caller)
    const view = viewOf(caller, this.clock.now())
    const { rows, total } = await this.read(caller, (tx) => listTeams(tx, query, view))
    return page(
      rows.map((row) => toTeam(caller, row)),
      total,
      query,
    )
  }

  /** 404 for who is not in it, unless they look after the organization. */
  get(caller: Caller, id: string): Promise<Team> {
    return this.read(caller, (tx) => this.visible(tx, caller, id))
  }

  /** The team, if the caller may know of it at all; for what hangs on teams. */
  async visible(tx: Tx, caller: Caller, id: string): Promise<Team> {
    this.organizationOf(caller)
    const row = await findTeam(tx, id, viewOf(caller, this.clock.now()))
    if (!row || (row.myRole === null && !seesAllTeams(caller))) throw ApplicationError.notFound('team', id)
    return toTeam(caller, row)
  }

  async create(caller: Caller, body: CreateTeam, idempotency?: IdempotencyFacts): Promise<Team> {
    this.organizationOf(caller)
    const now = this.clock.now()
    const work = async (tx: Tx) => {
      const allowedModelIds = await this.#models(tx, body.allowedModelIds ?? [])
      const id = await insertTeam(tx, {
        name: body.name,
        description: body.description ?? '',
        allowedModelIds,
        rpmLimit: body.rpmLimit ?? null,
        tpmLimit: body.tpmLimit ?? null,
        maxParallelRequests: body.maxParallelRequests ?? null,
      })
      await this.#appoint(tx, id, body.administratorIds ?? [])
      const team = await this.#existing(tx, caller, id)
      const after = { ...team, administratorIds: body.administratorIds ?? [] }
      await this.audit(tx, caller, { ...auditFacts(id), action: 'team.created', after })
      return team
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, now, () => work(tx)),
      'team creation',
    )
  }

  /** A model that is allowed no longer is taken off the team's keys in the same transaction. */
  async update(caller: Caller, anyId: string, body: UpdateTeam, version?: number): Promise<Team> {
    return await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#changeable(tx, caller, anyId, version)
        const { id } = before
        const allowedModelIds = body.allowedModelIds && (await this.#models(tx, body.allowedModelIds))
        await updateTeam(tx, id, { ...body, ...(allowedModelIds && { allowedModelIds }) })
        if (allowedModelIds)
          await this.#hooks.run(tx, caller, {
            kind: 'models',
            organizationId: before.organizationId,
            teamId: id,
          })
        const after = await this.#existing(tx, caller, id)
        await this.audit(tx, caller, { ...auditFacts(id), action: 'team.updated', before, after })
        return after
      },
      'team update',
    )
  }

  /** It stays as a row, because usage refers to it; its keys are revoked and its name is free again. */
  async remove(caller: Caller, anyId: string, version?: number): Promise<void> {
    await this.transaction(
      caller,
      async (tx) => {
        const before = await this.#changeable(tx, caller, anyId, version)
        const { id } = before
        if (before.isDefault)
          throw ApplicationError.conflict('The default team stays.', codes.DEFAULT_TEAM, { id })
        await archiveTeam(tx, id, this.clock.now())
        await this.#hooks.run(tx, caller, {
          kind: 'team',
          organizationId: before.organizationId,
          teamId: id,
          userId: null,
        })
        await this.audit(tx, caller, { ...auditFacts(id), action: 'team.archived', before })
        await announce(tx, {
          name: 'team.archived',
          audience: { permission: 'teams:read' },
          data: { teamId: id, name: before.name },
        })
      },
      'team removal',
    )
  }

  async #existing(tx: Tx, caller: Caller, id: string): Promise<Team> {
    const row = await findTeam(tx, id, viewOf(caller, this.clock.now()))
    if (!row) throw ApplicationError.notFound('team', id)
    return toTeam(caller, row)
  }

  async #changeable(tx: Tx, caller: Caller, id: string, version: number | undefined): Promise<Team> {
    this.organizationOf(caller)
    await lockTeam(tx, id)
    const team = await this.#existing(tx, caller, id)
    assertVersion(team.version, version)
    if (team.isArchived)
      throw ApplicationError.conflict('An archived team stays as it is.', codes.TEAM_ARCHIVED, {
        id: team.id,
      })
    return team
  }

  /** Each once, in the order given; 404 for one that the organization may not use. */
  async #models(tx: Tx, ids: readonly string[]): Promise<string[]> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))]
    const known = await listVisibleModels(tx, wanted)
    const unknown = wanted.find((id) => !known.has(id))
    if (unknown !== undefined) throw ApplicationError.notFound('model', unknown, 'allowedModelIds')
    return wanted
  }

  async #appoint(tx: Tx, teamId: string, ids: readonly string[]): Promise<void> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))]
    const members = await holdMembers(tx, wanted)
    const unknown = wanted.find((id) => !members.has(id))
    if (unknown !== undefined) throw ApplicationError.notFound('member', unknown, 'administratorIds')
    for (const userId of wanted) {
      await insertTeamMember(tx, teamId, userId, 'admin')
      await announce(tx, { name: 'team.joined', audience: { userId }, data: { teamId, role: 'admin' } })
    }
  }
}

const auditFacts = (id: string) => ({ category: 'team', resourceType: 'team', resourceId: id })

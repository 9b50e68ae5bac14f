import type { AccessHooks } from '#modules/organizations'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import {
  assertVersion,
  idempotent,
  page,
  usdFromNano,
  type IdempotencyFacts,
  type PageOf,
} from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { changedMeanwhile, codes } from './team.errors.ts'
import type {
  AddTeamMember,
  Team,
  TeamCandidate,
  TeamCandidateListQuery,
  TeamKey,
  TeamKeyListQuery,
  TeamMember,
  TeamMemberListQuery,
  TeamRole,
} from './team.schemas.ts'
import type { TeamService } from './team.service.ts'
import { listTeamKeys } from './team-key.queries.ts'
import {
  deleteTeamMember,
  findTeamMember,
  holdMembers,
  insertTeamMember,
  listTeamCandidates,
  listTeamMembers,
  updateTeamMember,
} from './team-member.queries.ts'

/** Who is in a team. The organization's administrators and the team's own decide; everybody may leave. */
export class TeamMemberService extends BaseService {
  readonly #teams: Pick<TeamService, 'visible'>
  readonly #hooks: AccessHooks

  constructor(context: ServiceContext, parts: { teams: Pick<TeamService, 'visible'>; hooks: AccessHooks }) {
    super(context)
    this.#teams = parts.teams
    this.#hooks = parts.hooks
  }

  list(caller: Caller, teamId: string, query: TeamMemberListQuery): Promise<PageOf<TeamMember>> {
    return this.read(caller, async (tx) => {
      await this.#teams.visible(tx, caller, teamId)
      const { rows, total } = await listTeamMembers(tx, teamId, query)
      return page(rows, total, query)
    })
  }

  /** Whom one may add: a team's own administrators see nobody else of the organization. */
  candidates(caller: Caller, teamId: string, query: TeamCandidateListQuery): Promise<PageOf<TeamCandidate>> {
    return this.read(caller, async (tx) => {
      const team = await this.#teams.visible(tx, caller, teamId)
      if (team.myRole !== 'admin' && !caller.permissions.has('teams:write')) throw notTeamAdmin()
      const { rows, total } = await listTeamCandidates(tx, team, query)
      return page(rows, total, query)
    })
  }

  /** For who looks after the team; 403 `NOT_TEAM_ADMIN` for its other members. */
  keys(caller: Caller, teamId: string, query: TeamKeyListQuery): Promise<PageOf<TeamKey>> {
    return this.read(caller, async (tx) => {
      const team = await this.#teams.visible(tx, caller, teamId)
      if (team.myRole !== 'admin' && !caller.permissions.has('keys:read-all')) throw notTeamAdmin()
      const { rows, total } = await listTeamKeys(tx, teamId, query, this.clock.now())
      const keys = rows.map(({ spendNano, ...facts }) => ({ ...facts, spend: usdFromNano(spendNano) }))
      return page(keys, total, query)
    })
  }

  /** 404 for who is no active member of the organization; 409 for who is in the team already. */
  async add(
    caller: Caller,
    id: string,
    body: AddTeamMember,
    idempotency?: IdempotencyFacts,
  ): Promise<TeamMember> {
    this.organizationOf(caller)
    const role = body.role ?? 'member'
    const userId = body.userId.toLowerCase()
    const work = async (tx: Tx) => {
      const team = await this.#governed(tx, caller, id)
      if (!(await holdMembers(tx, [userId])).has(userId))
        throw ApplicationError.notFound('member', userId, 'userId')
      if (!(await insertTeamMember(tx, team.id, userId, role)))
        throw ApplicationError.conflict('This person is in the team already.', codes.TEAM_MEMBER_EXISTS, {
          field: 'userId',
        })
      const after = await this.#member(tx, team.id, userId)
      await this.audit(tx, caller, { ...auditFacts(team.id), action: 'team.member_added', after })
      await announce(tx, { name: 'team.joined', audience: { userId }, data: { teamId: team.id, role } })
      return after
    }
    return await this.transaction(
      caller,
      (tx) => idempotent(tx, caller, idempotency, this.clock.now(), () => work(tx)),
      'adding to a team',
    )
  }

  async update(
    caller: Caller,
    at: { id: string; userId: string },
    role: TeamRole,
    version?: number,
  ): Promise<TeamMember> {
    return await this.transaction(
      caller,
      async (tx) => {
        const team = await this.#governed(tx, caller, at.id)
        const before = await this.#member(tx, team.id, at.userId)
        assertVersion(before.version, version)
        if (!(await updateTeamMember(tx, team.id, before, role))) throw changedMeanwhile()
        const after = await this.#member(tx, team.id, before.userId)
        await this.audit(tx, caller, { ...auditFacts(team.id), action: 'team.member_updated', before, after })
        return after
      },
      'team member update',
    )
  }

  /** The keys that the person made for the team are revoked. Everybody stays in the default team. */
  async remove(caller: Caller, at: { id: string; userId: string }, version?: number): Promise<void> {
    await this.transaction(
      caller,
      async (tx) => {
        const isLeaving = caller.userId !== null && caller.userId === at.userId.toLowerCase()
        const team = isLeaving
          ? await this.#teams.visible(tx, caller, at.id)
          : await this.#governed(tx, caller, at.id)
        const before = await this.#member(tx, team.id, at.userId)
        assertVersion(before.version, version)
        if (team.isDefault)
          throw ApplicationError.conflict(
            'Everybody of the organization is in the default team.',
            codes.DEFAULT_TEAM,
            { id: team.id },
          )
        const { userId } = before
        if (!(await deleteTeamMember(tx, team.id, userId))) throw changedMeanwhile()
        const action = isLeaving ? 'team.member_left' : 'team.member_removed'
        await this.audit(tx, caller, { ...auditFacts(team.id), action, before })
        await this.#hooks.run(tx, caller, {
          kind: 'team',
          organizationId: team.organizationId,
          teamId: team.id,
          userId,
        })
        if (!isLeaving)
          await announce(tx, { name: 'team.left', audience: { userId }, data: { teamId: team.id } })
      },
      'removal from a team',
    )
  }

  /** A team that the caller may decide about: as the organization's administrator, or as the team's own. */
  async #governed(tx: Tx, caller: Caller, id: string): Promise<Team> {
    const team = await this.#teams.visible(tx, caller, id)
    if (team.myRole !== 'admin' && !caller.permissions.has('teams:write')) throw notTeamAdmin()
    if (team.isArchived)
      throw ApplicationError.conflict('An archived team stays as it is.', codes.TEAM_ARCHIVED, {
        id: team.id,
      })
    return team
  }

  async #member(tx: Tx, teamId: string, userId: string): Promise<TeamMember> {
    const member = await findTeamMember(tx, teamId, userId)
    if (!member)
      throw new ApplicationError(codes.TEAM_MEMBER_NOT_FOUND, 'This person is not in the team.', {
        details: { userId },
      })
    return member
  }
}

const notTeamAdmin = () =>
  ApplicationError.forbidden(
    'Only the team’s and the organization’s administrators do this.',
    undefined,
    codes.NOT_TEAM_ADMIN,
  )

const auditFacts = (id: string) => ({ category: 'team', resourceType: 'team', resourceId: id })

/** Teams: who is in them, which models their keys may have, what limits these share. It changes no key itself; see the access hooks. */
import type { FastifyInstance } from 'fastify'
import { registerTeamAdministrationRoutes } from './team-administration.routes.ts'
import { registerTeamMemberRoutes } from './team-member.routes.ts'
import { TeamMemberService } from './team-member.service.ts'
import { registerTeamRoutes } from './team.routes.ts'
import { Team, TeamCandidate, TeamKey, TeamMember } from './team.schemas.ts'
import { TeamService } from './team.service.ts'

export async function teams(app: FastifyInstance): Promise<void> {
  const { serviceContext, accessHooks: hooks } = app
  for (const schema of [Team, TeamCandidate, TeamKey, TeamMember]) app.addSchema(schema)
  const service = new TeamService(serviceContext, hooks)
  const members = new TeamMemberService(serviceContext, { teams: service, hooks })
  registerTeamRoutes(app, service, members)
  registerTeamMemberRoutes(app, members)
  registerTeamAdministrationRoutes(app, service)
}
export { assertTeamAllows, assertTeamMember, teamAllows } from './team-access.ts'

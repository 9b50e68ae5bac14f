import { Type } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { codes } from './team.errors.ts'

/**
 * A condition: keys of this team may have this model. An empty list means all models on the default team, and none anywhere
 * else; without a team there is nothing to allow.
 */
export function teamAllows(teamId: Query, modelId: Query, organizationId: Query): Query {
  return sql`(${teamId} is null or exists (
    select from teams allowing
    where allowing.organization_id = ${organizationId} and allowing.id = ${teamId} and allowing.archived_at is null
      and (${modelId} = any (allowing.allowed_model_ids)
        or (allowing.is_default and cardinality(allowing.allowed_model_ids) = 0))))`
}

/**
 * The person may attach things to the team. 404 `TEAM_NOT_FOUND` for a team that is none of the organization's or is
 * archived, 403 `NOT_TEAM_MEMBER` for one that they are not in. Held until the end of the transaction: who leaves in the
 * meantime waits, and then takes along what was attached.
 */
export async function assertTeamMember(
  tx: Tx,
  teamId: string,
  userId: string,
  field = 'teamId',
): Promise<void> {
  const teams = await tx.run(sql`select from teams where id = ${teamId} and archived_at is null for share`)
  if (teams === 0) throw ApplicationError.notFound('team', teamId, field)
  const held = await tx.run(
    sql`select from team_members where team_id = ${teamId} and user_id = ${userId} for share`,
  )
  if (held === 0)
    throw new ApplicationError(codes.NOT_TEAM_MEMBER, 'You are not in this team.', { details: { field } })
}

const ModelId = Type.Object({ modelId: Type.String() })

/** 422 `MODEL_NOT_IN_TEAM` when one of the models is not allowed to the team's keys. */
export async function assertTeamAllows(
  tx: Tx,
  teamId: string,
  modelIds: readonly string[],
  field = 'modelIds',
): Promise<void> {
  const refused = await tx.many(sql(ModelId)`
    select wanted.id as "modelId" from unnest(${modelIds}::uuid[]) as wanted (id), teams t
    where t.id = ${teamId} and not ${teamAllows(sql`t.id`, sql`wanted.id`, sql`t.organization_id`)}`)
  if (refused.length > 0)
    throw ApplicationError.unprocessable('The team may not use this model.', codes.MODEL_NOT_IN_TEAM, {
      field,
      modelIds: refused.map((row) => row.modelId),
    })
}

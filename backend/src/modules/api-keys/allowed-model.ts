import { visibleModel } from '#modules/organizations'
import { teamAllows } from '#modules/teams'
import { sql } from '#platform/database'

/** A condition on a key `k` and one of its models `km`: the organization may use the model, and so may the key's team. */
export const isAllowedModel = sql`(${visibleModel(sql`km.model_id`, sql`k.organization_id`)}
  and ${teamAllows(sql`k.team_id`, sql`km.model_id`, sql`k.organization_id`)})`

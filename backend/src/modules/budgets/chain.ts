import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Query } from '#platform/database'

/** Joins every budget `b` that pays for the calls of somebody: of the key, of the model on it, and of every level above. */
const budgetsOf = (who: { organization: Query; key: Query; user: Query; team: Query }): Query => sql`
      cross join lateral (values ('key', ${who.key}, ${who.organization}), ('key_model', ${who.key}, ${who.organization}),
        ('user', ${who.user}, ${who.organization}), ('team', ${who.team}, ${who.organization}),
        ('organization', ${who.organization}, ${who.organization}),
        ('platform', ${PLATFORM_ORGANIZATION_ID}::uuid, ${PLATFORM_ORGANIZATION_ID}::uuid)) as chain (level, subject_id, organization_id)
      join budgets b on b.organization_id = chain.organization_id and b.level = chain.level and b.subject_id = chain.subject_id`

/**
 * For a `from`: keys `k`, each with every budget `b` that pays for its calls (key, key and model, user, team, organization,
 * platform). The platform's is there only on the platform's connection: no organization sees it.
 */
export const keysWithTheirBudgets = sql`api_keys k ${budgetsOf({
  organization: sql`k.organization_id`,
  key: sql`k.id`,
  user: sql`k.user_id`,
  team: sql`k.team_id`,
})}`

/** The same for a `from` with `owners o` (organization_id, api_key_id, user_id, team_id), who may have no key any more. */
export const ownersWithTheirBudgets = sql`owners o ${budgetsOf({
  organization: sql`o.organization_id`,
  key: sql`o.api_key_id`,
  user: sql`o.user_id`,
  team: sql`o.team_id`,
})}`

/** For a `from`: the platform's budget as every organization may know it, `p` (id, used_permille, duration, is_limited). */
export const platformBudgetAt = (now: Date): Query => sql`lookup.find_platform_budget(${now}) p`

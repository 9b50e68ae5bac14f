import { sql } from '#platform/database'

/** For a `from`: keys `k`, each with every budget `b` that pays for its calls (key, key and model, user, team, organization). */
export const keysWithTheirBudgets = sql`api_keys k
      cross join lateral (values ('key', k.id), ('key_model', k.id), ('user', k.user_id), ('team', k.team_id),
        ('organization', k.organization_id)) as chain (level, subject_id)
      join budgets b on b.organization_id = k.organization_id and b.level = chain.level and b.subject_id = chain.subject_id`

import { Type, type Static } from '@sinclair/typebox'
import { sql, type Query, type Tx } from '#platform/database'
import { Nullable, StringEnum } from '#platform/http'

const amounts = {
  limitNano: Nullable(Type.BigInt()),
  spentNano: Type.BigInt(),
  reservedNano: Type.BigInt(),
  duration: Nullable(StringEnum(['1d', '7d', '1mo', '1y'])),
}

const KeyBudgetRow = Type.Object({
  ...amounts,
  apiKeyId: Type.String(),
  apiKeyName: Type.String(),
  /** Only for a limit on one model of the key. */
  modelId: Nullable(Type.String()),
  modelName: Nullable(Type.String()),
})
export type KeyBudgetRow = Static<typeof KeyBudgetRow>

const LevelBudgetRow = Type.Object({
  ...amounts,
  level: StringEnum(['user', 'team', 'organization']),
  teamId: Nullable(Type.String()),
  teamName: Nullable(Type.String()),
})
export type LevelBudgetRow = Static<typeof LevelBudgetRow>

/** As in effect at `now`: a window that is over has spent nothing, also before anybody wrote that down. */
const amountColumns = (now: Date): Query => sql`b.limit_nano as "limitNano",
  case when b.reset_at <= ${now} then 0 else b.spent_nano end as "spentNano", b.reserved_nano as "reservedNano", b.duration`

const keyConditions = (userId: string, onlyKeyId: string | undefined): Query => {
  const own = sql`k.user_id = ${userId} and k.revoked_at is null`
  return onlyKeyId === undefined ? own : sql`${own} and k.id = ${onlyKeyId}`
}

/** The budgets of a person's keys, and those of single models on them that are limited. */
export function listKeyBudgets(
  tx: Tx,
  userId: string,
  onlyKeyId: string | undefined,
  now: Date,
): Promise<KeyBudgetRow[]> {
  return tx.many(sql(KeyBudgetRow)`
    select k.id as "apiKeyId", k.name as "apiKeyName", m.id as "modelId", m.name as "modelName", ${amountColumns(now)}
    from api_keys k
    join budgets b on b.organization_id = k.organization_id and b.subject_id = k.id
      and (b.level = 'key' or (b.level = 'key_model' and b.limit_nano is not null))
    left join models m on m.id = b.model_id
    where ${keyConditions(userId, onlyKeyId)}
    order by k.name, k.id, m.name nulls first`)
}

/** The limits above the keys: of the person, of the teams that the keys hang on or the person is in, of the organization. */
export function listLevelBudgets(
  tx: Tx,
  caller: { organizationId: string; userId: string; onlyKeyId: string | undefined },
  now: Date,
): Promise<LevelBudgetRow[]> {
  const { organizationId, userId, onlyKeyId } = caller
  const teams = sql`select k.team_id from api_keys k where ${keyConditions(userId, onlyKeyId)}`
  const memberOf =
    onlyKeyId === undefined
      ? sql`union select tm.team_id from team_members tm where tm.user_id = ${userId}`
      : sql``
  return tx.many(sql(LevelBudgetRow)`
    select b.level, t.id as "teamId", t.name as "teamName", ${amountColumns(now)}
    from budgets b left join teams t on b.level = 'team' and t.organization_id = b.organization_id and t.id = b.subject_id
    where b.limit_nano is not null and (
      (b.level = 'user' and b.subject_id = ${userId}) or (b.level = 'organization' and b.subject_id = ${organizationId})
      or (b.level = 'team' and b.subject_id in (${teams} ${memberOf})))
    order by array_position(array['user', 'team', 'organization'], b.level), t.name, t.id`)
}

import { sql, type Query } from '#platform/database'

/** Whose calls may be seen at all; row-level security has already narrowed them to the organization. */
export type UsageScope =
  /** A person's own; with `onlyKeyId`, what was called with the key that is asking. */
  | { readonly kind: 'own'; readonly userId: string; readonly onlyKeyId: string | undefined }
  /** Calls of the teams that this person is in; of the default team, which everybody is in, only for its administrators. */
  | { readonly kind: 'teamsOf'; readonly userId: string }
  | { readonly kind: 'all' }

export type Outcome = 'success' | 'error' | 'cancelled'

/** Which part of what may be seen. An absent list does not narrow. */
export interface UsageFilter {
  readonly scope: UsageScope
  readonly organizationIds?: readonly string[] | undefined
  readonly teamIds?: readonly string[] | undefined
  readonly userIds?: readonly string[] | undefined
  readonly modelIds?: readonly string[] | undefined
  readonly providers?: readonly string[] | undefined
  readonly apiKeyIds?: readonly string[] | undefined
  readonly outcome?: Outcome | undefined
}

export type Dimension = 'organization' | 'team' | 'user' | 'model' | 'provider' | 'apiKey'

/** A single value is compared with `=`, because only then an index also gives the order. */
function isOneOf(column: Query, ids: readonly string[] | undefined): Query[] {
  if (ids === undefined || ids.length === 0) return []
  return ids.length === 1 ? [sql`${column} = ${ids[0]}::uuid`] : [sql`${column} = any (${[...ids]}::uuid[])`]
}

const hasProvider = (providers: readonly string[] | undefined): Query[] =>
  providers === undefined || providers.length === 0
    ? []
    : [sql`model_id in (select m.id from models m where m.provider = any (${[...providers]}::text[]))`]

function inScope(scope: UsageScope): Query[] {
  switch (scope.kind) {
    case 'own':
      return [
        sql`user_id = ${scope.userId}::uuid`,
        ...isOneOf(sql`api_key_id`, scope.onlyKeyId === undefined ? undefined : [scope.onlyKeyId]),
      ]
    case 'teamsOf':
      return [
        sql`(organization_id, team_id) in (
          select tm.organization_id, tm.team_id from team_members tm
          join teams t on t.organization_id = tm.organization_id and t.id = tm.team_id
          where tm.user_id = ${scope.userId}::uuid and (tm.role = 'admin' or not t.is_default))`,
      ]
    case 'all':
      return []
  }
}

const narrowing: Readonly<Record<Dimension, (filter: UsageFilter) => Query[]>> = {
  organization: (filter) => isOneOf(sql`organization_id`, filter.organizationIds),
  team: (filter) => isOneOf(sql`team_id`, filter.teamIds),
  user: (filter) => isOneOf(sql`user_id`, filter.userIds),
  model: (filter) => isOneOf(sql`model_id`, filter.modelIds),
  provider: (filter) => hasProvider(filter.providers),
  apiKey: (filter) => isOneOf(sql`api_key_id`, filter.apiKeyIds),
}

export const dimensions = Object.keys(narrowing) as Dimension[]

const all = (conditions: readonly Query[]): Query =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, ' and ')

/** For `usage_logs` and `usage_daily` alike: both have the columns by which one filters. */
export function conditionsOf(filter: UsageFilter): Query {
  return all([
    ...inScope(filter.scope),
    ...outcomeOf(filter),
    ...dimensions.flatMap((one) => narrowing[one](filter)),
  ])
}

/** Who may be seen, without the lists: what the options of every filter are chosen from. */
export function scopeConditions(filter: UsageFilter): Query {
  return all([...inScope(filter.scope), ...outcomeOf(filter)])
}

/** What all lists but one leave, so that the one shows what else could be chosen. */
export function otherConditions(filter: UsageFilter, dimension: Dimension): Query {
  return all(dimensions.filter((one) => one !== dimension).flatMap((one) => narrowing[one](filter)))
}

const outcomeOf = ({ outcome }: UsageFilter): Query[] =>
  outcome === undefined ? [] : [sql`outcome = ${outcome}`]

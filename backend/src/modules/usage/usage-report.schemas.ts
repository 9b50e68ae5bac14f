import { Type, type Static, type TSchema } from '@sinclair/typebox'
import {
  Nullable,
  PageInfo,
  pageQuery,
  RefTo,
  strictObject,
  StringEnum,
  Timestamp,
  Uuid,
} from '#platform/http'
import {
  AsOf,
  Count,
  logPageQuery,
  logQuery,
  Outcome,
  ownFilters,
  periodQuery,
  Previous,
  totals,
  UsageLog,
} from './usage.schemas.ts'

const Many = (schema: TSchema, description: string) =>
  Type.Optional(Type.Unsafe<string[]>(Type.Array(schema, { minItems: 1, maxItems: 100, description })))
const Ids = (of: string) => Many(Uuid(), `Only calls of these ${of}; repeat the parameter for each.`)

const adminFilters = {
  organizationIds: Ids('organizations'),
  teamIds: Ids('teams'),
  userIds: Ids('people'),
  modelIds: Ids('models'),
  providers: Many(
    Type.String({ minLength: 1, maxLength: 200 }),
    'Only calls of models of these providers; repeat the parameter for each.',
  ),
  apiKeyIds: Ids('keys'),
  outcome: Type.Optional(Outcome),
}

const groupSort = StringEnum(
  [
    '-cost',
    'cost',
    '-requests',
    'requests',
    '-errors',
    'errors',
    '-promptTokens',
    'promptTokens',
    '-completionTokens',
    'completionTokens',
    'name',
    '-name',
  ],
  'The dearest first when absent; a leading minus turns the order round.',
)
export type UsageGroupSort = Static<typeof groupSort>

const groupQuery = { ...pageQuery, sort: Type.Optional(groupSort) }
const exportQuery = {
  ...periodQuery,
  errorCode: logQuery.errorCode,
  requestId: logQuery.requestId,
  minCost: logQuery.minCost,
  minDurationMs: logQuery.minDurationMs,
  sort: logQuery.sort,
  format: Type.Optional(
    StringEnum(['csv', 'json'], '`csv` (RFC 4180, the default) or `json` (one array of calls).'),
  ),
}

export const UsageGroupQuery = strictObject({ ...ownFilters, ...periodQuery, ...groupQuery })
export const UsageExportQuery = strictObject({ ...ownFilters, ...exportQuery })
export const AdminUsageQuery = strictObject({ ...adminFilters, ...periodQuery })
export const AdminUsageGroupQuery = strictObject({ ...adminFilters, ...periodQuery, ...groupQuery })
export const AdminUsageLogQuery = strictObject({ ...adminFilters, ...logQuery, ...logPageQuery })
export const AdminUsageExportQuery = strictObject({ ...adminFilters, ...exportQuery })
export type UsageGroupQuery = Static<typeof UsageGroupQuery>
export type UsageExportQuery = Static<typeof UsageExportQuery>
export type AdminUsageQuery = Static<typeof AdminUsageQuery>
export type AdminUsageLogQuery = Static<typeof AdminUsageLogQuery>

/** A list that is not paged, and when it was read. */
const ListOf = <S extends TSchema>(schema: S) => strictObject({ data: Type.Array(RefTo(schema)), asOf: AsOf })

const UsageHour = strictObject(
  { hour: Timestamp('Its beginning.'), ...totals },
  { $id: 'UsageHour', description: 'What was used in one hour.' },
)
export const UsageHours = ListOf(UsageHour)

export const UsageGroup = strictObject(
  {
    id: Nullable(Type.String({ maxLength: 200 }), {
      description:
        'Of the key, model, person, team or organization; a provider’s name. Null: calls of no team.',
    }),
    name: Nullable(Type.String({ maxLength: 200 }), {
      description: 'What it is called now, or was at its last call if it is gone. Null: nobody knows.',
    }),
    organizationId: Nullable(Uuid(), { description: 'Of teams, keys and organizations.' }),
    userId: Nullable(Uuid(), { description: 'The person, or the key’s owner.' }),
    username: Nullable(Type.String({ maxLength: 200 }), {
      description: 'The person’s, or the key’s owner’s.',
    }),
    ...totals,
    previous: Previous,
  },
  { $id: 'UsageGroup', description: 'What one model, key, person, team, provider or organization used.' },
)
export type UsageGroup = Static<typeof UsageGroup>
export const UsageGroups = strictObject({
  data: Type.Array(RefTo(UsageGroup)),
  pagination: RefTo(PageInfo),
  asOf: AsOf,
})

export const UsageFailure = strictObject(
  {
    outcome: StringEnum(['error', 'cancelled']),
    statusCode: Type.Integer(),
    errorCode: Nullable(Type.String({ maxLength: 100 })),
    requests: Count('Calls that ended so.'),
    previous: Count('Calls that ended so in the period of equal length just before.'),
    lastAt: Timestamp('When the last of them began.'),
  },
  { $id: 'UsageFailure', description: 'Calls that failed in one way.' },
)
export type UsageFailure = Static<typeof UsageFailure>
export const UsageFailures = ListOf(UsageFailure)

const Milliseconds = (description: string) =>
  Nullable(Type.Number({ minimum: 0 }), { description: `${description} Null where nothing was measured.` })

const Times = (description: string) =>
  strictObject(
    {
      calls: Count('Calls that were measured.'),
      mean: Milliseconds('Milliseconds.'),
      p50: Milliseconds('Half of the calls took at most so many milliseconds.'),
      p95: Milliseconds('95 % of the calls took at most so many milliseconds.'),
      p99: Milliseconds('99 % of the calls took at most so many milliseconds.'),
    },
    { description },
  )

const times = {
  duration: Times('From a call’s beginning to its end.'),
  timeToFirstToken: Times('Until the first byte of the answer, of streamed calls only.'),
}

export const UsageLatency = strictObject(
  {
    from: Timestamp(),
    to: Timestamp('Exclusive.'),
    ...times,
    previous: strictObject(times, { description: 'The period of equal length just before.' }),
    asOf: AsOf,
  },
  {
    $id: 'UsageLatency',
    description:
      'How long calls took. Means are exact; percentiles (nearest rank) are counted in buckets and within 5 % of the measured value.',
  },
)
export type UsageLatency = Static<typeof UsageLatency>

const active = {
  activeUsers: Count('People who called.'),
  activeApiKeys: Count('Keys that were used.'),
  activeModels: Count('Models that were called.'),
}

export const AdminUsageSummary = strictObject(
  {
    from: Timestamp(),
    to: Timestamp('Exclusive.'),
    ...totals,
    ...active,
    previous: strictObject(
      { ...totals, ...active },
      { description: 'The period of equal length just before.' },
    ),
    asOf: AsOf,
  },
  { $id: 'AdminUsageSummary', description: 'What an organization used in a period.' },
)
export type AdminUsageSummary = Static<typeof AdminUsageSummary>

export const AdminUsageLog = strictObject(
  {
    ...UsageLog.properties,
    source: StringEnum(
      ['gateway', 'proxy', 'sweeper'],
      'How it was recorded: `gateway` as it happened, `proxy` from LiteLLM’s log, `sweeper` after a crash.',
    ),
    organizationId: Uuid(),
    userId: Uuid(),
    username: Nullable(Type.String({ maxLength: 200 })),
    teamId: Nullable(Uuid(), { description: 'The key’s team when it was called.' }),
    teamName: Nullable(Type.String({ maxLength: 200 })),
    provider: Nullable(Type.String({ maxLength: 200 })),
    endUser: Nullable(Type.String({ maxLength: 1000 }), {
      description: 'As the caller named their own user.',
    }),
  },
  {
    $id: 'AdminUsageLog',
    description: 'One model call, and whose it was. Prompts and answers are not kept.',
  },
)
export type AdminUsageLog = Static<typeof AdminUsageLog>

const Option = strictObject({
  id: Type.String({ maxLength: 200 }),
  name: Nullable(Type.String({ maxLength: 200 })),
  requests: Count('Calls under the other filters.'),
})
const Options = (description: string) => Type.Array(Option, { maxItems: 500, description })

export const UsageOptions = strictObject(
  {
    organizations: Options('The busiest first, as in all these lists.'),
    teams: Options('Calls of no team are not among these.'),
    users: Options('By id; `name` is how they are shown.'),
    models: Options('Models that were called.'),
    providers: Options('`id` is the provider’s name.'),
    apiKeys: Options('Keys that were used.'),
    asOf: AsOf,
  },
  {
    $id: 'UsageOptions',
    description:
      'What can be chosen for each filter: what still occurs under all the others, at most 500 of each.',
  },
)
export type UsageOptions = Static<typeof UsageOptions>

export const schemas = [
  UsageHour,
  UsageGroup,
  UsageFailure,
  UsageLatency,
  AdminUsageSummary,
  AdminUsageLog,
  UsageOptions,
]

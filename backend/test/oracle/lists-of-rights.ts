// Models, subscriptions, keys.
import {
  both,
  inOrg,
  usd,
  spent,
  search,
  since,
  until,
  within,
  keyStatus,
  hint,
  keySorts,
  type ListOracle,
  type FilterOracle,
} from './list-oracle.ts'

const keyRows = (where: string): string => `
  select k.id, k.organization_id as "organizationId", k.user_id as "userId", u.username, u.display_name as "displayName", k.name,
    ${hint} as "keyHint", ${keyStatus} as status, k.sync_state as "syncState", ${usd('b.limit_nano')} as "maxBudget",
    ${usd('b.soft_limit_nano')} as "softBudget", ${usd(spent)} as spend, b.duration as "budgetDuration", k.rpm_limit as "rpmLimit",
    k.tpm_limit as "tpmLimit", k.max_parallel_requests as "maxParallelRequests", k.tags, k.allowed_ips as "allowedIps",
    k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", k.created_at as "createdAt", k.version, k.team_id,
    (select min(model_id::text) from api_key_models km where km.api_key_id = k.id) as a_model
  from api_keys k join users u on u.id = k.user_id
  join budgets b on b.subject_id = k.id and b.level = 'key' where ${where}`

const keyFilters: ListOracle['filters'] = {
  search: {
    where: `position(lower(:v) in lower(name)) > 0 or exists (select from api_key_secrets s where s.api_key_id = x.id
      and s.revoked_at is null and right(s.hint, length(:v)) = :v)`,
    pick: `lower(substr(name, 2, 4))`,
    more: ['%%', '__'],
  },
  modelId: within(
    `select from api_key_models m where m.api_key_id = x.id and m.model_id = :v::uuid`,
    'a_model',
  ),
  teamId: { where: 'team_id = :v::uuid', pick: 'team_id' },
  tag: { where: ':v = any (tags)', pick: 'tags[1]' },
}

const modelFacts = `m.id, m.name, m.provider, coalesce(m.own_description, m.description) as description, m.mode, m.abilities,
  m.context_length as "contextLength", m.max_output_tokens as "maxOutputTokens", ${usd('m.input_price_nano')} as "inputPricePerMillion",
  ${usd('m.output_price_nano')} as "outputPricePerMillion", ${usd('m.cached_input_price_nano')} as "cachedInputPricePerMillion",
  m.is_restricted as "isRestricted", m.availability, m.created_at as "createdAt"`

const isVisible = `m.removed_at is null and (not (select is_restricted_to_list from organizations where id = :org::uuid)
  or m.id in (select model_id from organization_models where organization_id = :org::uuid))`

const bound = (field: string, sign: '>=' | '<='): FilterOracle => ({
  where: `"${field}" ${sign} :v::numeric`,
  pick: `"${field}"`,
})

const modelFilters: ListOracle['filters'] = {
  search: search(`name || ' ' || provider || ' ' || description`, 'name'),
  provider: {},
  ability: { where: ':v = any (abilities)', pick: 'abilities[1]' },
  minInputPrice: bound('inputPricePerMillion', '>='),
  maxInputPrice: bound('inputPricePerMillion', '<='),
  minOutputPrice: bound('outputPricePerMillion', '>='),
  maxOutputPrice: bound('outputPricePerMillion', '<='),
  minContextLength: bound('contextLength', '>='),
  maxContextLength: bound('contextLength', '<='),
}

const aModel = `select model_id as id from subscriptions where organization_id = :org group by 1 order by count(*) desc, 1 limit 1`

const subscriptionRows = (where: string): string => `
  select s.id, s.model_id as "modelId", m.name as "modelName", s.status, s.reason, s.requested_at as "requestedAt",
    s.decided_at as "decidedAt", s.decision_reason as "decisionReason", s.expires_at as "expiresAt", s.version,
    s.organization_id as "organizationId", o.name as "organizationName", s.user_id as "userId", u.username,
    u.display_name as "displayName", m.is_restricted as "isRestricted", s.decided_by as "decidedBy"
  from subscriptions s join models m on m.id = s.model_id join users u on u.id = s.user_id join organizations o on o.id = s.organization_id
  where ${where}`

const historyRows = `select id, from_status as "from", to_status as "to", actor_id as "actorId", reason, at
  from subscription_history where subscription_id = :id`

const longHistory = (whose: string): string => `select subscription_id as id from subscription_history
  where subscription_id in (select id from subscriptions where ${whose}) group by 1 order by count(*) desc, 1 limit 1`

export const rights: readonly ListOracle[] = [
  {
    operationId: 'listModels',
    views: ['member'],
    rows: `select ${modelFacts}, (select jsonb_build_object('id', s.id, 'status', s.status) from subscriptions s
        where s.model_id = m.id and s.user_id = :user and s.organization_id = :org
        order by s.status in ('pending', 'active', 'suspended') desc, s.requested_at desc limit 1) as "mySubscription"
      from models m where ${isVisible}`,
    filters: modelFilters,
  },
  {
    operationId: 'listModelProviders',
    views: ['member'],
    isWhole: true,
    key: ['name'],
    rows: `select m.provider as name, count(*) as models from models m where ${isVisible} group by 1`,
  },
  {
    operationId: 'listModelAbilities',
    views: ['member'],
    isWhole: true,
    key: ['name'],
    rows: `select a as name, count(*) as models from models m cross join unnest(m.abilities) a where ${isVisible} group by 1`,
  },
  {
    operationId: 'listModelPrices',
    views: ['member'],
    id: aModel,
    key: ['validFrom'],
    rows: `select valid_from as "validFrom", ${usd('input_price_nano')} as "inputPricePerMillion", ${usd('output_price_nano')} as "outputPricePerMillion"
      from model_prices where model_id = :id`,
  },
  {
    operationId: 'listModelSynchronizations',
    views: ['platform'],
    isPlatforms: true,
    key: ['startedAt'],
    rows: `select started_at as "startedAt", finished_at as "finishedAt", trigger, result, added, updated, gone from model_sync_runs`,
  },
  {
    operationId: 'listAdminModels',
    views: ['platform'],
    isPlatforms: true,
    rows: `select ${modelFacts}, m.display_order as "displayOrder", m.litellm_ids as "litellmIds", m.removed_at as "removedAt",
        m.updated_at as "updatedAt", m.version, m.removed_at is not null as "isRemoved",
        (select min(d.sync_state) from model_deployments d where d.model_id = m.id) as "syncState",
        (select count(*) from subscriptions s where s.model_id = m.id and s.status = 'active') as "activeSubscriptions",
        (select count(*) from subscriptions s where s.model_id = m.id and s.status = 'pending') as "pendingSubscriptions",
        (select count(*) from api_key_models a join api_keys k on k.id = a.api_key_id where a.model_id = m.id and k.revoked_at is null) as keys,
        coalesce(l.calls, 0) as "requestsLast30Days"
      from models m left join (select model_id, count(*) as calls from usage_logs
        where at >= date_trunc('day', now(), 'UTC') - interval '29 days' group by 1) l on l.model_id = m.id`,
    filters: modelFilters,
  },
  {
    operationId: 'listSubscriptions',
    views: ['member', 'manager'],
    rows: subscriptionRows('s.organization_id = :org and s.user_id = :user'),
    filters: { search: search('"modelName"', '"modelName"') },
  },
  {
    operationId: 'listSubscriptionHistory',
    views: ['member'],
    id: longHistory('user_id = :user and organization_id = :org'),
    rows: historyRows,
  },
  {
    operationId: 'listSubscriptionRequests',
    views: ['manager', 'platform'],
    rows: subscriptionRows(inOrg('s.organization_id')),
    filters: {
      search: search(`username || ' ' || "displayName" || ' ' || "modelName"`, '"modelName"'),
      requestedFrom: since('"requestedAt"'),
      requestedUntil: until('"requestedAt"'),
    },
  },
  {
    operationId: 'listSubscriptionRequestHistory',
    views: both,
    id: longHistory(inOrg('organization_id')),
    rows: historyRows,
  },
  {
    operationId: 'listApiKeys',
    views: ['member'],
    rows: keyRows('k.organization_id = :org and k.user_id = :user'),
    filters: keyFilters,
    sorts: keySorts,
  },
  {
    operationId: 'listAllApiKeys',
    views: both,
    rows: keyRows(inOrg('k.organization_id')),
    filters: keyFilters,
    sorts: keySorts,
  },
]

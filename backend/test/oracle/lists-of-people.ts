// Organizations, people, teams, and machines.
import {
  both,
  inOrg,
  usd,
  iso,
  spent,
  search,
  within,
  keyStatus,
  hint,
  keySorts,
  type ListOracle,
} from './list-oracle.ts'

const teamRows = (where: string): string => `
  select t.id, t.organization_id as "organizationId", t.name, t.description, t.is_default as "isDefault",
    t.archived_at is not null as "isArchived", t.allowed_model_ids as "allowedModelIds", t.rpm_limit as "rpmLimit", t.tpm_limit as "tpmLimit",
    (select role from team_members m where m.team_id = t.id and m.user_id = :user::uuid) as "myRole",
    (select count(*) from team_members m where m.team_id = t.id) as members,
    (select count(*) from api_keys k where k.team_id = t.id and k.revoked_at is null) as keys, ${usd('b.limit_nano')} as "maxBudget",
    ${usd(spent)} as spend, t.created_at as "createdAt", t.version
  from teams t left join budgets b on b.level = 'team' and b.subject_id = t.id where ${where}`

const aTeam = `select t.id from teams t where t.organization_id = :org and not t.is_default and t.archived_at is null
  order by (select count(*) from api_keys k where k.team_id = t.id) desc, t.id limit 1`

const myTeam = `select team_id as id from team_members where user_id = :user and organization_id = :org order by team_id limit 1`

export const people: readonly ListOracle[] = [
  {
    operationId: 'listOrganizations',
    views: ['platform'],
    isPlatforms: true,
    rows: `select o.id, o.name, o.is_default as "isDefault", o.is_restricted_to_list as "isRestrictedToList", o.rpm_limit as "rpmLimit",
        o.created_at as "createdAt", o.version, o.status, ${usd('b.limit_nano')} as "maxBudget", ${usd(spent)} as spend,
        (select count(*) from memberships m where m.organization_id = o.id and m.removed_at is null) as members,
        (select count(*) from teams t where t.organization_id = o.id and t.archived_at is null) as teams,
        (select count(*) from api_keys k where k.organization_id = o.id and k.revoked_at is null) as keys
      from organizations o left join budgets b on b.level = 'organization' and b.subject_id = o.id where o.name <> 'platform'`,
    filters: { search: search('name', 'name') },
  },
  {
    operationId: 'listMembers',
    views: both,
    key: ['organizationId', 'userId'],
    rows: `select m.user_id as "userId", m.organization_id as "organizationId", u.username, u.display_name as "displayName", u.email, m.role,
        case when m.removed_at is not null then 'removed' else m.status end as status, u.last_sign_in_at as "lastSignInAt",
        m.created_at as "joinedAt", m.version,
        (select count(*) from api_keys k where k.organization_id = m.organization_id and k.user_id = m.user_id and k.revoked_at is null) as keys,
        (select min(t.team_id::text) from team_members t where t.organization_id = m.organization_id and t.user_id = m.user_id) as a_team
      from memberships m join users u on u.id = m.user_id where ${inOrg('m.organization_id')}`,
    unless: `status <> 'removed'`,
    filters: {
      status: { isWhole: true },
      search: search(`"displayName" || ' ' || username || ' ' || coalesce(email, '')`, 'username'),
      teamId: within(`select from team_members t where t.team_id = :v::uuid and t.user_id = x."userId"
        and t.organization_id = x."organizationId"`, 'a_team'), // prettier-ignore
    },
    sorts: {
      displayName: 'lower("displayName")',
      role: `array_position(array['admin', 'manager', 'member', 'viewer'], role)`,
    },
  },
  {
    operationId: 'listInvitations',
    views: both,
    rows: `select id, email, role, team_ids as "teamIds", created_at as "createdAt", expires_at as "expiresAt", accepted_at as "acceptedAt",
        case when accepted_at is not null then 'accepted' when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired'
          else 'open' end as status
      from invitations where ${inOrg('organization_id')}`,
    filters: { search: search(`coalesce(email, '')`, 'email') },
  },
  {
    operationId: 'listMyTeams',
    views: ['member', 'manager'],
    // Amounts are for who looks after the team.
    rows: teamRows(
      `t.organization_id = :org and t.id in (select team_id from team_members where user_id = :user)`,
    )
      .replace('as "maxBudget"', 'as amount')
      .replace('as spend', 'as used')
      .replace(
        'select t.id',
        `select case when mine.role = 'admin' then (b.limit_nano / 1e9)::float8 end as "maxBudget",
        case when mine.role = 'admin' then (${spent} / 1e9)::float8 end as spend, t.id`,
      )
      .replace(
        'from teams t',
        'from teams t left join team_members mine on mine.team_id = t.id and mine.user_id = :user',
      ),
    unless: 'not "isArchived"',
    filters: { search: search(`name || ' ' || description`, 'name') },
    sorts: { name: 'lower(name)' },
  },
  {
    operationId: 'listTeamKeys',
    views: ['administrator'],
    id: aTeam,
    rows: `select k.id, k.name, ${hint} as "keyHint", ${keyStatus} as status, k.user_id as "userId", u.username, u.display_name as "displayName",
        array(select m.name from api_key_models km join models m on m.id = km.model_id where km.api_key_id = k.id) as models,
        ${usd(`coalesce((select ${spent} from budgets b where b.level = 'key' and b.subject_id = k.id), 0)`)} as spend,
        k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", k.created_at as "createdAt"
      from api_keys k join users u on u.id = k.user_id where k.team_id = :id`,
    sorts: keySorts,
  },
  {
    operationId: 'listTeamCandidates',
    views: ['administrator'],
    id: myTeam,
    key: ['userId'],
    rows: `select m.user_id as "userId", u.username, u.display_name as "displayName"
      from memberships m join users u on u.id = m.user_id
      where m.organization_id = :org and m.status = 'active'
        and not exists (select from team_members t where t.team_id = :id and t.user_id = m.user_id)`,
    filters: { search: search(`"displayName" || ' ' || username`, 'username') },
  },
  {
    operationId: 'listTeamMembers',
    views: ['administrator', 'member'],
    id: myTeam,
    key: ['userId'],
    rows: `select t.user_id as "userId", u.username, u.display_name as "displayName", t.role, t.created_at as "joinedAt", t.version
      from team_members t join users u on u.id = t.user_id where t.team_id = :id`,
    filters: { search: search(`"displayName" || ' ' || username`, 'username') },
    sorts: { displayName: 'lower("displayName")' },
  },
  {
    operationId: 'listTeams',
    views: both,
    rows: teamRows(inOrg('t.organization_id')),
    unless: 'not "isArchived"',
    filters: {
      isArchived: { isWhole: true },
      search: search(`name || ' ' || description`, 'name'),
      modelId: {
        where: `:v::uuid = any ("allowedModelIds") or ("isDefault" and cardinality("allowedModelIds") = 0)`,
        pick: '"allowedModelIds"[1]',
      },
      userId: within('select from team_members t where t.team_id = x.id and t.user_id = :v::uuid',
        '(select min(t.user_id::text) from team_members t where t.team_id = x.id)'), // prettier-ignore
    },
    sorts: { name: 'lower(name)' },
  },
  {
    operationId: 'listUsers',
    views: both,
    rows: `select u.id, u.username, u.email, u.display_name as "displayName", u.platform_role as "platformRole", u.status,
        u.created_at as "createdAt", u.last_sign_in_at as "lastSignInAt", u.version,
        (select count(*) from api_keys k where k.user_id = u.id and k.revoked_at is null and ${inOrg('k.organization_id')}) as "keyCount",
        (select count(*) from subscriptions s where s.user_id = u.id and s.status = 'active' and ${inOrg('s.organization_id')}) as "subscriptionCount",
        (select ${usd('coalesce(sum(l.cost_nano), 0)')} from usage_logs l where l.user_id = u.id and ${inOrg('l.organization_id')}
          and l.at >= date_trunc('month', now(), 'UTC')) as "spendThisMonth",
        (select min(t.team_id::text) from team_members t where t.user_id = u.id and ${inOrg('t.organization_id')}) as a_team
      from users u where :org::uuid is null or exists (select from memberships m where m.user_id = u.id and m.organization_id = :org::uuid)`,
    filters: {
      search: search(`username || chr(10) || "displayName" || chr(10) || coalesce(email, '')`, 'username'),
      role: within(
        `select from memberships m where m.user_id = x.id and m.role = :v and ${inOrg('m.organization_id')}`,
        `'member'`,
      ),
      teamId: within('select from team_members t where t.user_id = x.id and t.team_id = :v::uuid', 'a_team'),
      lastSignInAfter: { where: '"lastSignInAt" > :v::timestamptz', pick: iso('"lastSignInAt"') },
      lastSignInBefore: {
        where: '"lastSignInAt" is null or "lastSignInAt" < :v::timestamptz',
        pick: iso('"lastSignInAt"'),
      },
    },
    sorts: { displayName: 'lower("displayName")' },
  },
  {
    operationId: 'listUserActivity',
    views: both,
    hasCursor: true,
    id: `select user_id as id from usage_logs l where ${inOrg('l.organization_id')} group by 1 having count(*) < 400 order by count(*) desc, 1 limit 1`,
    rows: `select id, at, case when actor_id = :id then 'act' else 'change' end as kind, organization_id as "organizationId", action, result, null::float8 as cost
        from audit_logs where ${inOrg('organization_id')} and (actor_id = :id or resource_type = 'user' and resource_id = :id)
      union all select id, at, 'call', organization_id, operation, outcome, ${usd('cost_nano')}
        from usage_logs where ${inOrg('organization_id')} and user_id = :id`,
  },
  {
    operationId: 'listSessions',
    views: ['member'],
    rows: `select id, created_at as "createdAt" from sessions where user_id = :user`,
  },
  {
    operationId: 'listServiceClients',
    views: both,
    rows: `select id, organization_id as "organizationId", client_id as "clientId", name, description, scopes, allowed_ips as "allowedIps",
        token_ttl_seconds as "tokenTtlSeconds", case when is_disabled then 'disabled' else 'active' end as status,
        last_used_at as "lastUsedAt", created_at as "createdAt", version from service_clients where ${inOrg('organization_id')}`,
    filters: {
      search: search(`name || ' ' || description || ' ' || "clientId"`, 'name'),
      withScope: { where: ':v = any (scopes)' },
    },
    sorts: { name: 'lower(name)' },
  },
]

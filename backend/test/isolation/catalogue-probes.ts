import type pg from 'pg'
import {
  PLATFORM_TABLES,
  SECURITY_DEFINER_FUNCTIONS,
  TABLES_WITHOUT_ROW_SECURITY,
  UNIQUE_ACROSS_ORGANIZATIONS,
} from './pinned.ts'

/** Asks the catalogue one question, as a superuser; answers what is wrong, nothing when all is well. */
export type Probe = (client: pg.ClientBase) => Promise<string[]>

const ROLES = ['litemaas_app', 'litemaas_platform', 'litemaas_lookup']
const ours = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`
const isTenant = `exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped)`

/** What the policy of a tenant table says, word for word as PostgreSQL prints it. */
const SETTING = `(NULLIF(current_setting('app.organization_id'::text, true), ''::text))::uuid`
const EXPRESSION = `(organization_id = ( SELECT ${SETTING}))`
const OPEN = '( SELECT true)'
/** PostgreSQL's versions differ in whether they name the column of a sub-select. */
const plain = (expression: string) =>
  `regexp_replace(regexp_replace(${expression}, ' AS ("nullif"|bool)', '', 'g'), '\\s+', ' ', 'g')`

async function listed(client: pg.ClientBase, text: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ found: string }>(text, values)
  return rows.map((row) => row.found)
}

/** Names on one side only, with the side that lacks them. */
function difference(actual: readonly string[], pinned: readonly string[]): string[] {
  return [
    ...actual.filter((one) => !pinned.includes(one)).map((one) => `not pinned: ${one}`),
    ...pinned.filter((one) => !actual.includes(one)).map((one) => `pinned, but gone: ${one}`),
  ]
}

/** Every tenant table: it has an organization_id, and it is no partition. */
export function tenantTables(client: pg.ClientBase): Promise<string[]> {
  return listed(
    client,
    `select c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and c.relkind in ('r', 'p') and not c.relispartition and ${isTenant} order by 1`,
  )
}

const withoutForcedSecurity: Probe = (client) =>
  listed(
    client,
    `select c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and c.relkind in ('r', 'p') and not c.relispartition
       and not (c.relrowsecurity and c.relforcerowsecurity) and not c.relname = any ($1) order by 1`,
    [TABLES_WITHOUT_ROW_SECURITY],
  )

/** A table is a tenant's or stands on the list: a new one without organization_id is somebody's decision, never an oversight. */
const unlistedPlatformTables: Probe = async (client) =>
  difference(
    await listed(
      client,
      `select c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where ${ours} and c.relkind in ('r', 'p', 'f') and not c.relispartition and not ${isTenant} order by 1`,
    ),
    [...PLATFORM_TABLES, ...TABLES_WITHOUT_ROW_SECURITY],
  )

/** Rights are given on the parent only; its policies do not bind who asks a partition directly. */
const grantedPartitions: Probe = (client) =>
  listed(
    client,
    `select c.relname || ' to ' || r.rolname as found
     from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
     where ${ours} and c.relispartition and r.rolname = any ($1) and not (c.relrowsecurity and c.relforcerowsecurity)
       and (has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate, references, trigger')
         or has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references'))
     order by 1`,
    [ROLES],
  )

const viewsOfTheirOwner: Probe = (client) =>
  listed(
    client,
    `select c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
     where ${ours} and c.relkind = 'v' and r.rolname = any ($1) and has_any_column_privilege(r.oid, c.oid, 'select')
       and not coalesce('security_invoker=true' = any (c.reloptions), false) order by 1`,
    [ROLES],
  )

const materializedViews: Probe = (client) =>
  listed(
    client,
    `select c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
     where ${ours} and c.relkind = 'm' and r.rolname = any ($1) and has_any_column_privilege(r.oid, c.oid, 'select') order by 1`,
    [ROLES],
  )

/** The roles that requests and jobs run as, and whatever they could become. Only the owner owns, and only at migrations. */
const powerfulRoles: Probe = (client) =>
  listed(
    client,
    `select m.rolname || ' is ' || r.rolname || case
         when r.rolsuper then ', a superuser' when r.rolbypassrls then ', which bypasses row security'
         when r.rolcreaterole then ', which creates roles' when r.rolcreatedb then ', which creates databases'
         when r.rolreplication then ', which replicates' when r.oid <> m.oid then ', another role'
         else ', which owns a relation' end as found
     from pg_roles m, pg_roles r
     where m.rolname = any ($1) and pg_has_role(m.oid, r.oid, 'member')
       and (r.oid <> m.oid or r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
         or exists (select from pg_class where relowner = r.oid)) order by 1`,
    [ROLES],
  )

/** Nobody who serves requests may make anything in a schema, where it could stand in for what a function means. */
const creators: Probe = (client) =>
  listed(
    client,
    `select r.rolname || ' in ' || n.nspname as found from pg_namespace n, pg_roles r
     where ${ours} and r.rolname in ('litemaas_app', 'litemaas_platform') and has_schema_privilege(r.oid, n.oid, 'create') order by 1`,
  )

const securityDefiners: Probe = async (client) =>
  difference(
    await listed(
      client,
      `select n.nspname || '.' || p.proname || '('
         || (select coalesce(string_agg(format_type(t, null), ', ' order by i), '') from unnest(p.proargtypes::oid[]) with ordinality as args (t, i))
         || ') of ' || o.rolname || ' for '
         || (select coalesce(string_agg(name, ', ' order by name), 'nobody') from (
              select case when x.grantee = 0 then 'public' else x.grantee::regrole::text end as name
              from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x where x.privilege_type = 'EXECUTE') as grants) as found
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles o on o.oid = p.proowner
       where ${ours} and p.prosecdef order by 1`,
    ),
    SECURITY_DEFINER_FUNCTIONS,
  )

/** Without a pinned path, the caller decides what the names inside such a function mean. */
const unpinnedSearchPaths: Probe = (client) =>
  listed(
    client,
    `select p.oid::regprocedure::text as found from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${ours} and p.prosecdef
       and not coalesce('search_path=pg_catalog, public, pg_temp' = any (p.proconfig), false) order by 1`,
  )

/** A key between two tenant tables that leaves the organization out lets a row point into another organization. */
const foreignKeysWithoutOrganization: Probe = (client) =>
  listed(
    client,
    `select k.conname as found from pg_constraint k
     join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and k.contype = 'f' and k.conparentid = 0 and ${isTenant}
       and exists (select from pg_attribute t where t.attrelid = k.confrelid and t.attname = 'organization_id' and not t.attisdropped)
       and not exists (
         select from unnest(k.conkey, k.confkey) as pair (own, target)
         join pg_attribute o on o.attrelid = k.conrelid and o.attnum = pair.own
         join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.target
         where o.attname = 'organization_id' and t.attname = 'organization_id')
     order by 1`,
  )

/** What is unique without the organization tells one organization what another holds. */
const uniqueAcrossOrganizations: Probe = async (client) =>
  difference(
    await listed(
      client,
      `select c.relname || '.' || i.relname as found
       from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
       join pg_namespace n on n.oid = c.relnamespace
       where ${ours} and x.indisunique and not c.relispartition and ${isTenant} and not exists (
         select from unnest(x.indkey::int2[]) as column_number
         join pg_attribute a on a.attrelid = c.oid and a.attnum = column_number where a.attname = 'organization_id')
       order by 1`,
    ),
    UNIQUE_ACROSS_ORGANIZATIONS,
  )

/** Every tenant table's primary key leads with the organization, except where the list above says otherwise. */
const keysNotLedByOrganization: Probe = async (client) => {
  const found = await listed(
    client,
    `select c.relname || '.' || i.relname as found
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
     join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and x.indisprimary and not c.relispartition and ${isTenant}
       and (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum = x.indkey[0]) <> 'organization_id' order by 1`,
  )
  return found.filter((one) => !UNIQUE_ACROSS_ORGANIZATIONS.includes(one))
}

interface Policy {
  readonly table: string
  readonly name: string
  readonly command: string
  readonly roles: string
  readonly permissive: boolean
  readonly using: string | null
  readonly check: string | null
}

async function policiesOfTenants(client: pg.ClientBase): Promise<Policy[]> {
  const { rows } = await client.query<Policy>(
    `select c.relname as table, p.polname as name, p.polcmd as command, p.polpermissive as permissive,
       array_to_string(array(select case when r = 0 then 'public' else r::regrole::text end from unnest(p.polroles) r order by 1), ', ') as roles,
       ${plain('pg_get_expr(p.polqual, p.polrelid)')} as using, ${plain('pg_get_expr(p.polwithcheck, p.polrelid)')} as check
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and ${isTenant} order by 1, 2`,
  )
  return rows
}

const describe = (policy: Policy) =>
  `${policy.name} on ${policy.table} (${policy.command}) to ${policy.roles} using ${policy.using ?? '-'} check ${policy.check ?? '-'}`

/** The application and the owner go by the organization in exactly one form; the only other policies are the pinned elevated roles'. */
const looseTenantPolicies: Probe = async (client) => {
  const policies = await policiesOfTenants(client)
  return policies
    .filter((policy) => {
      if (policy.roles === 'litemaas_app, litemaas_owner')
        return (
          policy.command !== '*' ||
          policy.using !== EXPRESSION ||
          policy.check !== EXPRESSION ||
          !policy.permissive
        )
      return policy.roles !== 'litemaas_platform' && policy.roles !== 'litemaas_lookup'
    })
    .map(describe)
}

/** Elevated policies say nothing but yes, in the form that costs nothing per row, and check what they write. */
const looseElevatedPolicies: Probe = async (client) => {
  const policies = await policiesOfTenants(client)
  return policies
    .filter((policy) => policy.roles === 'litemaas_platform' || policy.roles === 'litemaas_lookup')
    .filter(({ command, using, check }) => {
      const reads = command !== 'a'
      const writes = command === '*' || command === 'a' || command === 'w'
      return (reads && using !== OPEN) || (writes && check !== OPEN)
    })
    .map(describe)
}

const tablesWithoutTheirPolicy: Probe = async (client) => {
  const policies = await policiesOfTenants(client)
  const tables = await tenantTables(client)
  return tables.filter(
    (table) => policies.filter((one) => one.table === table && one.name === 'tenant').length !== 1,
  )
}

/** No policy of a platform table is for everybody, and none reads a setting in the bare form. */
const loosePlatformPolicies: Probe = (client) =>
  listed(
    client,
    `select p.polname || ' on ' || c.relname as found
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace,
       lateral (select coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as text) as e
     where ${ours} and not ${isTenant}
       and (0 = any (p.polroles)
         or (e.text like '%current_setting(%' and replace(e.text, 'SELECT (NULLIF(current_setting(', '') like '%current_setting(%'
             and replace(e.text, 'SELECT NULLIF(current_setting(', '') like '%current_setting(%')
         or (p.polcmd in ('*', 'a', 'w') and p.polwithcheck is null))
     order by 1`,
  )

const defaultsOtherThanTheScope: Probe = (client) =>
  listed(
    client,
    `select c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where ${ours} and c.relkind in ('r', 'p') and not c.relispartition
       and (not a.attnotnull or pg_get_expr(d.adbin, d.adrelid) is distinct from $1) order by 1`,
    [SETTING],
  )

const foreignKeysWithoutIndex: Probe = (client) =>
  listed(
    client,
    `select c.relname || '.' || k.conname as found from pg_constraint k
     join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and k.contype = 'f' and k.conparentid = 0 and not exists (
       select from pg_index x where x.indrelid = k.conrelid and x.indpred is null and x.indisvalid
         and (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
     order by 1`,
  )

/** Rights that no policy binds: TRUNCATE empties a table for everybody, REFERENCES and TRIGGER see what they should not. */
const rightsBesideThePolicies: Probe = (client) =>
  listed(
    client,
    `select r.rolname || ' on ' || c.relname as found from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
     where ${ours} and c.relkind in ('r', 'p', 'v', 'm') and r.rolname = any ($1)
       and has_table_privilege(r.oid, c.oid, 'truncate, references, trigger') order by 1`,
    [ROLES],
  )

const rightsOfEverybody: Probe = (client) =>
  listed(
    client,
    `select c.relname || ' ' || x.privilege_type as found
     from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) x
     where ${ours} and x.grantee = 0
     union all
     select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
       lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
     where n.nspname = 'lookup' and x.grantee = 0 order by 1`,
  )

/** Whoever may make temporary tables can put one in front of a name that a definer's function reads. */
const makersOfTemporaryTables: Probe = (client) =>
  listed(
    client,
    `select rolname as found from pg_roles
     where rolname = any ($1) and has_database_privilege(oid, current_database(), 'temporary') order by 1`,
    [ROLES],
  )

/** All of them by name; each answers an empty list when the database is as it should be. */
export const probes: Readonly<Record<string, Probe>> = {
  'P1 tables without forced row security': withoutForcedSecurity,
  'P1 platform tables that nobody listed': unlistedPlatformTables,
  'P2 partitions with rights of their own': grantedPartitions,
  'P3 views that run as their owner': viewsOfTheirOwner,
  'P4 materialized views': materializedViews,
  'P5 roles with powers': powerfulRoles,
  'P5 roles that may create in a schema': creators,
  'P5 roles that may make temporary tables': makersOfTemporaryTables,
  'P6 functions of their definer': securityDefiners,
  'P6 functions without a pinned search_path': unpinnedSearchPaths,
  'P7 foreign keys without the organization': foreignKeysWithoutOrganization,
  'P9 tenant tables without exactly their policy': tablesWithoutTheirPolicy,
  'P9 policies in another form': looseTenantPolicies,
  'P9 elevated policies in another form': looseElevatedPolicies,
  'P9 platform tables with loose policies': loosePlatformPolicies,
  'keys unique across organizations': uniqueAcrossOrganizations,
  'primary keys not led by the organization': keysNotLedByOrganization,
  'organization_id without its default': defaultsOtherThanTheScope,
  'foreign keys without an index': foreignKeysWithoutIndex,
  'rights that no policy binds': rightsBesideThePolicies,
  'rights of everybody': rightsOfEverybody,
}

/** What each role may do with each relation and its columns, one line per role and relation; for the golden file. */
export async function grantLines(client: pg.ClientBase): Promise<string[]> {
  return listed(
    client,
    `with rights as (
       select c.relname, x.grantee, lower(x.privilege_type) as privilege
       from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) x
       where ${ours} and c.relkind in ('r', 'p', 'v', 'm') and x.grantee <> c.relowner
       union all
       select c.relname, x.grantee, lower(x.privilege_type) || ' (' || string_agg(a.attname, ', ' order by a.attname) || ')'
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid,
         lateral aclexplode(a.attacl) x
       where ${ours} and x.grantee <> c.relowner group by 1, 2, x.privilege_type
     )
     select relname || ' ' || case when grantee = 0 then 'public' else grantee::regrole::text end || ': '
       || string_agg(privilege, ', ' order by privilege) as found
     from rights group by relname, grantee order by relname collate "C", grantee::regrole::text collate "C"`,
  )
}

/** Every policy that is not the tenants' own, one line each; for the golden file. */
export async function policyLines(client: pg.ClientBase): Promise<string[]> {
  return listed(
    client,
    `select c.relname || ' ' || p.polname || ' ' || case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert'
         when 'w' then 'update' else 'delete' end || ' to '
       || array_to_string(array(select r::regrole::text from unnest(p.polroles) r order by 1), ', ')
       || coalesce(' using ' || ${plain('pg_get_expr(p.polqual, p.polrelid)')}, '')
       || coalesce(' check ' || ${plain('pg_get_expr(p.polwithcheck, p.polrelid)')}, '') as found
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and not (p.polname = 'tenant' and ${isTenant}) order by c.relname collate "C", p.polname collate "C"`,
  )
}

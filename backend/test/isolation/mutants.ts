import type { TenantTable } from './look-alikes.ts'

/** One weakening of the database, as SQL for a superuser, always rolled back. */
export interface Mutant {
  readonly what: string
  readonly statements: readonly string[]
  /** The tenant table whose isolation it weakens; undefined where it weakens all. */
  readonly table?: TenantTable
}

const SCOPE = `(select nullif(current_setting('app.organization_id', true), '')::uuid)`
const OURS = `organization_id = ${SCOPE}`

interface PolicyText {
  readonly to?: string
  readonly for?: string
  readonly using?: string
  readonly check?: string | null
}

function policyInstead(table: string, text: PolicyText): string[] {
  const check = text.check === null ? '' : `with check (${text.check ?? OURS})`
  const using = text.for === 'insert' ? '' : `using (${text.using ?? OURS})`
  return [
    `drop policy tenant on ${table}`,
    `create policy tenant on ${table} ${text.for ? `for ${text.for}` : ''} to ${text.to ?? 'litemaas_app, litemaas_owner'} ${using} ${check}`,
  ]
}

function ofTable(table: TenantTable): Mutant[] {
  const { name } = table
  const instead = (what: string, text: PolicyText): Mutant => ({
    what: `${name}: ${what}`,
    table,
    statements: policyInstead(name, text),
  })
  const run = (what: string, ...statements: string[]): Mutant => ({
    what: `${name}: ${what}`,
    table,
    statements,
  })
  return [
    run('row security not forced', `alter table ${name} no force row level security`),
    run('row security off', `alter table ${name} disable row level security`),
    run('no policy', `drop policy tenant on ${name}`),
    instead('using true', { using: 'true' }),
    instead('with check true', { check: 'true' }),
    instead('without with check', { check: null }),
    instead('reads only', { for: 'select', check: null }),
    instead('bare current_setting', {
      using: `organization_id = current_setting('app.organization_id')::uuid`,
    }),
    instead('no nullif', {
      using: `organization_id = (select current_setting('app.organization_id', true)::uuid)`,
    }),
    instead('no sub-select', {
      using: `organization_id = nullif(current_setting('app.organization_id', true), '')::uuid`,
    }),
    instead('open without a scope', { using: `${OURS} or ${SCOPE} is null` }),
    instead('the wrong setting', {
      using: `organization_id = (select nullif(current_setting('app.user_id', true), '')::uuid)`,
    }),
    instead('by person only', {
      using: `${OURS} or exists (select from users where id = (select nullif(current_setting('app.user_id', true), '')::uuid))`,
    }),
    instead('compared as text', {
      using: `organization_id::text like '%' || coalesce(nullif(current_setting('app.organization_id', true), ''), '%')`,
    }),
    instead('to everybody', { to: 'public' }),
    instead('to the owner only', { to: 'litemaas_owner' }),
    run('one more policy for all', `create policy everything on ${name} using (true)`),
    run(
      'one more policy for the application',
      `create policy everything on ${name} for select to litemaas_app using (true)`,
    ),
    run(
      'one more policy for inserts',
      `create policy everything on ${name} for insert to litemaas_app with check (true)`,
    ),
    run('truncate granted', `grant truncate on ${name} to litemaas_app`),
    run('granted to public', `grant select on ${name} to public`),
    run(
      'a view as its owner',
      `create view mutant as select * from ${name}`,
      'grant select on mutant to litemaas_app',
    ),
    run(
      'a materialized view',
      `create materialized view mutant as select * from ${name}`,
      'grant select on mutant to litemaas_app',
    ),
    run(
      'a function of its definer',
      `create function mutant() returns setof ${name} language sql security definer as 'select * from ${name}'`,
      'grant execute on function mutant() to litemaas_app',
    ),
    run('no default', `alter table ${name} alter column organization_id drop default`),
    run('unique over all', ...uniqueOverAll(table)),
    run('owned by the application', `alter table ${name} owner to litemaas_app`),
  ]
}

/** The look-alikes share their values, so they must go before anything can be unique over both. */
function uniqueOverAll({ name, columns }: TenantTable): string[] {
  const others = columns.filter((one) => one.name !== 'organization_id')
  const column = (others.find((one) => one.isKey || one.isRequired) ?? others[0])?.name ?? 'id'
  return [
    'set local session_replication_role = replica',
    `delete from ${name}`,
    'set local session_replication_role = origin',
    // A partitioned table's unique index must hold the partition key.
    name === 'usage_logs'
      ? `create unique index mutant on ${name} (at, id)`
      : `create unique index mutant on ${name} (${column})`,
  ]
}

/** A foreign key made narrower: the target's id alone, as if ids were unique over all organizations. */
export interface ForeignKey {
  readonly table: string
  readonly name: string
  readonly target: string
  readonly column: string
  readonly targetColumn: string
}

const ofForeignKey = ({ table, name, target, column, targetColumn }: ForeignKey): Mutant => ({
  what: `${table}: ${name} without the organization`,
  statements: [
    `alter table ${table} drop constraint ${name}`,
    // The look-alikes share their ids, which a key on the id alone cannot have.
    `set local session_replication_role = replica`,
    `delete from ${table}`,
    `delete from ${target}`,
    `set local session_replication_role = origin`,
    `create unique index mutant_target on ${target} (${targetColumn})`,
    `alter table ${table} add constraint ${name} foreign key (${column}) references ${target} (${targetColumn})`,
  ],
})

function ofPartition(partition: string, parent: TenantTable): Mutant[] {
  const run = (what: string, statement: string): Mutant => ({
    what: `${partition}: ${what}`,
    table: parent,
    statements: [statement],
  })
  return [
    run('granted to the application', `grant select on ${partition} to litemaas_app`),
    run('one column granted', `grant select (organization_id) on ${partition} to litemaas_app`),
    run('inserts granted', `grant insert on ${partition} to litemaas_platform`),
  ]
}

const role = (what: string, ...statements: string[]): Mutant => ({ what, statements })

const OF_ROLES: readonly Mutant[] = [
  role('the application bypasses row security', 'alter role litemaas_app bypassrls'),
  role('the application is a superuser', 'alter role litemaas_app superuser'),
  role('the application creates roles', 'alter role litemaas_app createrole'),
  role('the application is the owner', 'grant litemaas_owner to litemaas_app'),
  role('the application is the platform', 'grant litemaas_platform to litemaas_app'),
  role('the application is the look-up', 'grant litemaas_lookup to litemaas_app'),
  role('the application reads all data', 'grant pg_read_all_data to litemaas_app'),
  role('the platform bypasses row security', 'alter role litemaas_platform bypassrls'),
  role('the look-up bypasses row security', 'alter role litemaas_lookup bypassrls'),
  role('the application creates in public', 'grant create on schema public to litemaas_app'),
  role('everybody may use the look-ups', 'grant execute on function lookup.find_api_key(bytea[]) to public'),
  role(
    'the application lists organizations',
    'grant execute on function lookup.organization_ids() to litemaas_app',
  ),
  role(
    'the application makes partitions',
    'grant execute on function ensure_usage_partitions(integer) to litemaas_app',
  ),
  role(
    'a function becomes its definer’s',
    'alter function for_each_organization(text, bigint) security definer',
  ),
  role(
    'a look-up belongs to somebody else',
    'alter function lookup.find_session(bytea) owner to litemaas_owner',
  ),
  role('a look-up trusts the caller’s path', 'alter function lookup.find_session(bytea) reset search_path'),
  role('a look-up trusts another path', 'alter function lookup.find_session(bytea) set search_path = public'),
  role('users are everybody’s', 'alter table users disable row level security'),
  role('sessions are everybody’s', 'alter table sessions disable row level security'),
  role('sessions are not forced', 'alter table sessions no force row level security'),
  role('identities are open', 'create policy everything on identities using (true)'),
  role(
    'a new table without an organization',
    'create table mutant (id uuid constraint mutant_pkey primary key)',
  ),
  role(
    'a new tenant table without policies',
    'create table mutant (organization_id uuid not null, id uuid)',
    'grant select on mutant to litemaas_app',
  ),
  role(
    'a foreign key without an index',
    'alter table teams add column mutant uuid constraint teams_mutant_fkey references users (id)',
  ),
  role('the application may change audit rows', 'grant update on audit_logs to litemaas_app'),
  role('the application may write usage', 'grant insert on usage_logs to litemaas_app'),
  role('the application may write any field of people', 'grant update on users to litemaas_app'),
  role('the platform sees identities’ writes', 'grant delete on identities to litemaas_platform'),
]

export function mutantsOf(
  tables: readonly TenantTable[],
  partitions: ReadonlyArray<{ readonly name: string; readonly parent: string }>,
  keys: readonly ForeignKey[],
): Mutant[] {
  return [
    ...tables.flatMap(ofTable),
    ...partitions.flatMap(({ name, parent }) =>
      tables.filter((one) => one.name === parent).flatMap((one) => ofPartition(name, one)),
    ),
    ...keys.map(ofForeignKey),
    ...OF_ROLES,
  ]
}

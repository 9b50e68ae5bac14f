-- Organizations (tenants), people, how they sign in, and which organizations and teams they belong to.

create table organizations (
  id uuid not null default gen_random_uuid(),
  name text not null constraint organizations_name_length check (length(name) between 1 and 200),
  status text not null default 'active' constraint organizations_status check (status in ('active', 'suspended')),
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint organizations_pkey primary key (id)
);
create unique index organizations_one_default on organizations (is_default) where is_default;
alter table organizations enable row level security;
alter table organizations force row level security;
-- The application sees the organization that it works in.
create policy current_organization on organizations for select to litemaas_app
  using (id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
create policy owned on organizations to litemaas_owner using ((select true)) with check ((select true));
create policy looked_up on organizations for select to litemaas_lookup using ((select true));
grant select on organizations to litemaas_app, litemaas_lookup;
select allow_platform('organizations', 'select, insert, update');

create table users (
  id uuid not null default gen_random_uuid(),
  username text not null constraint users_username_length check (length(username) between 1 and 200),
  email text constraint users_email_length check (length(email) <= 320),
  is_email_verified boolean not null default false,
  display_name text not null constraint users_display_name_length check (length(display_name) between 1 and 200),
  platform_role text not null default 'user' constraint users_platform_role check (platform_role in ('admin', 'adminReadonly', 'user')),
  status text not null default 'active' constraint users_status check (status in ('active', 'disabled')),
  language text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_sign_in_at timestamptz,
  version integer not null default 1,
  constraint users_pkey primary key (id)
);
alter table users enable row level security;
alter table users force row level security;

create table identities (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  issuer text not null,
  subject text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  constraint identities_pkey primary key (id),
  constraint identities_issuer_subject_key unique (issuer, subject),
  constraint identities_user_id_fkey foreign key (user_id) references users (id)
);
create index identities_user_id on identities (user_id);
alter table identities enable row level security;
alter table identities force row level security;
create policy own on identities for select to litemaas_app
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
create policy looked_up on identities to litemaas_lookup using ((select true)) with check ((select true));
grant select on identities to litemaas_app;
grant select, insert, update on identities to litemaas_lookup;
select allow_platform('identities', 'select');

create table memberships (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  role text not null default 'member' constraint memberships_role check (role in ('admin', 'manager', 'member', 'viewer')),
  status text not null default 'active' constraint memberships_status check (status in ('active', 'disabled')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint memberships_pkey primary key (organization_id, id),
  constraint memberships_user_key unique (organization_id, user_id),
  constraint memberships_organization_fkey foreign key (organization_id) references organizations (id),
  constraint memberships_user_fkey foreign key (user_id) references users (id)
);
create index memberships_user_id on memberships (user_id);
select install_tenant_isolation('memberships');
create policy looked_up on memberships to litemaas_lookup using ((select true)) with check ((select true));
grant select, insert, update on memberships to litemaas_app, litemaas_lookup;
select allow_platform('memberships', 'select, insert, update');

-- A person is visible to themselves and to those who share the current organization with them. The inner select runs
-- under the policy of memberships, so it sees the current organization only.
create policy visible on users for select to litemaas_app
  using (
    id = (select nullif(current_setting('app.user_id', true), '')::uuid)
    or exists (select from memberships where memberships.user_id = users.id)
  );
create policy own on users for update to litemaas_app
  using (id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (id = (select nullif(current_setting('app.user_id', true), '')::uuid));
create policy looked_up on users to litemaas_lookup using ((select true)) with check ((select true));
grant select on users to litemaas_app;
grant update (display_name, language, updated_at, version) on users to litemaas_app;
grant select, insert, update on users to litemaas_lookup;
select allow_platform('users', 'select, update');

create table teams (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  name text not null constraint teams_name_length check (length(name) between 1 and 200),
  is_default boolean not null default false,
  -- An empty list on the default team means all models; everywhere else an empty list means none.
  allowed_model_ids uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint teams_pkey primary key (organization_id, id),
  constraint teams_name_key unique (organization_id, name),
  constraint teams_organization_fkey foreign key (organization_id) references organizations (id)
);
create unique index teams_one_default on teams (organization_id) where is_default;
select install_tenant_isolation('teams');
create policy looked_up on teams for select to litemaas_lookup using ((select true));
grant select, insert, update, delete on teams to litemaas_app;
grant select on teams to litemaas_lookup;
select allow_platform('teams', 'select, insert, update');

create table team_members (
  organization_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  role text not null default 'member' constraint team_members_role check (role in ('admin', 'member')),
  created_at timestamptz not null default now(),
  constraint team_members_pkey primary key (organization_id, team_id, user_id),
  constraint team_members_team_fkey foreign key (organization_id, team_id) references teams (organization_id, id) on delete cascade,
  constraint team_members_member_fkey foreign key (organization_id, user_id) references memberships (organization_id, user_id)
);
create index team_members_user on team_members (organization_id, user_id);
select install_tenant_isolation('team_members');
create policy looked_up on team_members to litemaas_lookup using ((select true)) with check ((select true));
grant select, insert, update, delete on team_members to litemaas_app;
grant select, insert on team_members to litemaas_lookup;
select allow_platform('team_members', 'select, insert');

-- The platform's own acts are audited under an organization that nobody belongs to.
insert into organizations (id, name) values ('00000000-0000-4000-8000-000000000000', 'platform');
-- A fresh installation looks single-tenant: one organization, one team with all models.
insert into organizations (id, name, is_default) values ('00000000-0000-4000-8000-000000000001', 'Default organization', true);
select set_config('app.organization_id', '00000000-0000-4000-8000-000000000001', true);
insert into teams (id, name, is_default) values ('a0000000-0000-4000-8000-000000000001', 'Default team', true);
select set_config('app.organization_id', '', true);

-- Migrations that touch rows run their statement once per organization, inside its scope. The count makes a forgotten
-- organization loud: the statement must touch `expected` rows in all, when given.
create function lookup.organization_ids() returns setof uuid language sql stable security definer
  set search_path = pg_catalog, public, pg_temp as $$ select id from organizations order by id $$;
alter function lookup.organization_ids() owner to litemaas_lookup;
revoke all on function lookup.organization_ids() from public;
grant execute on function lookup.organization_ids() to litemaas_owner;

create function for_each_organization(statement text, expected bigint default null) returns bigint language plpgsql as $$
declare
  organization uuid;
  touched bigint;
  total bigint := 0;
begin
  for organization in select lookup.organization_ids() loop
    perform set_config('app.organization_id', organization::text, true);
    execute statement;
    get diagnostics touched = row_count;
    total := total + touched;
  end loop;
  perform set_config('app.organization_id', '', true);
  if expected is not null and total <> expected then
    raise exception 'expected % rows, touched %', expected, total;
  end if;
  return total;
end $$;
revoke all on function for_each_organization(text, bigint) from public;
revoke all on function install_tenant_isolation(regclass) from public;
revoke all on function allow_platform(regclass, text) from public;

-- The rules that every later table follows. Nothing here knows what the product sells.

-- Look-ups that must work before an organization is known live in a schema of their own, owned by a role that cannot
-- sign in. Each function returns what its arguments name and no more.
create schema lookup authorization litemaas_lookup;
grant usage on schema lookup to litemaas_app, litemaas_platform;
grant usage on schema public to litemaas_app, litemaas_platform, litemaas_lookup;

-- Makes a table an organization's own: forced row-level security, and one policy for everything that the application
-- may do. The scalar sub-select lets PostgreSQL evaluate the setting once per statement instead of once per row
-- (about ten times faster on large scans); nullif turns the empty string that remains after a transaction into null,
-- so that a connection without a scope sees nothing.
create function install_tenant_isolation(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format($policy$
    create policy tenant on %s to litemaas_app, litemaas_owner
      using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid))
      with check (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid))
  $policy$, target);
  -- Inserts need not name the organization; naming another one is refused by the policy.
  execute format($default$
    alter table %s alter column organization_id
      set default nullif(current_setting('app.organization_id', true), '')::uuid
  $default$, target);
end $$;

-- A platform role reaches across organizations only through policies that say so, table by table.
create function allow_platform(target regclass, privileges text) returns void language plpgsql as $$
begin
  execute format('create policy platform on %s to litemaas_platform using ((select true)) with check ((select true))', target);
  execute format('grant %s on %s to litemaas_platform', privileges, target);
end $$;

-- Settings of the installation, written by platform administration and by migrations.
create table settings (
  key text constraint settings_pkey primary key,
  value jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now()
);
alter table settings enable row level security;
alter table settings force row level security;
create policy readable on settings for select to litemaas_app using ((select true));
create policy owned on settings to litemaas_owner using ((select true)) with check ((select true));
grant select on settings to litemaas_app;
select allow_platform('settings', 'select, insert, update, delete');

-- What this installation calls itself towards its neighbours; objects there that carry another name are not ours.
insert into settings (key, value) values ('installation', to_jsonb(replace(gen_random_uuid()::text, '-', '')));

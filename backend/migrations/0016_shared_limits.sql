-- Limits that several server processes must keep together. Unlogged: after a crash of PostgreSQL a limit starts full again,
-- which costs at most one burst.

create unlogged table rate_counters (
  organization_id uuid not null,
  -- The key, or the key and a model, and what is counted.
  name text not null,
  -- When the bucket will be full again (generic cell rate algorithm).
  full_at timestamptz not null,
  constraint rate_counters_pkey primary key (organization_id, name)
) with (fillfactor = 50);
select install_tenant_isolation('rate_counters');
grant select, insert, update on rate_counters to litemaas_app;
select allow_platform('rate_counters', 'select, delete');

create unlogged table parallel_calls (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  name text not null,
  process_id uuid not null,
  expires_at timestamptz not null,
  constraint parallel_calls_pkey primary key (organization_id, id)
);
create index parallel_calls_name on parallel_calls (organization_id, name);
create index parallel_calls_expires_at on parallel_calls (expires_at);
create index parallel_calls_process on parallel_calls (process_id);
select install_tenant_isolation('parallel_calls');
grant select, insert, delete on parallel_calls to litemaas_app;
select allow_platform('parallel_calls', 'select, update, delete');

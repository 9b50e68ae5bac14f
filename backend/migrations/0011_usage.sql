-- One row per model call, monthly partitions; a daily roll-up; and the memory of what was already booked.

create table usage_logs (
  organization_id uuid not null,
  at timestamptz not null,
  id uuid not null default gen_random_uuid(),
  -- The gateway's own id of the call; the proxy's log carries it too.
  request_id text not null,
  source text not null constraint usage_logs_source check (source in ('gateway', 'proxy', 'sweeper')),
  user_id uuid not null,
  team_id uuid,
  api_key_id uuid not null,
  model_id uuid not null,
  model_name text not null,
  operation text not null,
  is_stream boolean not null default false,
  outcome text not null constraint usage_logs_outcome check (outcome in ('success', 'error', 'cancelled')),
  status_code integer not null,
  error_code text,
  prompt_tokens integer not null default 0,
  cached_prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0,
  cost_nano bigint not null constraint usage_logs_cost check (cost_nano >= 0),
  -- True where the proxy reported no usage and the reservation was charged.
  is_estimated boolean not null default false,
  duration_ms integer,
  time_to_first_token_ms integer,
  end_user text,
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  constraint usage_logs_pkey primary key (organization_id, at, id)
) partition by range (at);
create index usage_logs_user on usage_logs (organization_id, user_id, at desc, id desc);
create index usage_logs_key on usage_logs (organization_id, api_key_id, at desc, id desc);
select install_tenant_isolation('usage_logs');
grant select on usage_logs to litemaas_app;
select allow_platform('usage_logs', 'select, insert');

create table usage_events (
  organization_id uuid not null,
  source text not null,
  request_id text not null,
  at timestamptz not null default now(),
  constraint usage_events_pkey primary key (organization_id, source, request_id)
);
create index usage_events_at on usage_events (at);
select install_tenant_isolation('usage_events');
select allow_platform('usage_events', 'select, insert, delete');

create table usage_daily (
  organization_id uuid not null,
  day date not null,
  user_id uuid not null,
  api_key_id uuid not null,
  model_id uuid not null,
  model_name text not null,
  requests bigint not null default 0,
  errors bigint not null default 0,
  prompt_tokens bigint not null default 0,
  cached_prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cost_nano bigint not null default 0,
  duration_ms bigint not null default 0,
  constraint usage_daily_pkey primary key (organization_id, day, user_id, api_key_id, model_id)
);
create index usage_daily_user on usage_daily (organization_id, user_id, day);
select install_tenant_isolation('usage_daily');
grant select on usage_daily to litemaas_app;
select allow_platform('usage_daily', 'select, insert, update');

-- Partitions for this month and the next ones. Rights are given on the parent only.
create function ensure_usage_partitions(months integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  first_day date;
  partition_name text;
  made integer := 0;
begin
  for step in 0..least(months, 24) loop
    first_day := (date_trunc('month', timezone('UTC', now())) + make_interval(months => step))::date;
    partition_name := 'usage_logs_' || to_char(first_day, 'YYYY_MM');
    if to_regclass('public.' || partition_name) is null then
      execute format('create table public.%I partition of public.usage_logs for values from (%L) to (%L)', partition_name,
        first_day::timestamp at time zone 'UTC', (first_day + interval '1 month')::timestamp at time zone 'UTC');
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;
revoke all on function ensure_usage_partitions(integer) from public;
grant execute on function ensure_usage_partitions(integer) to litemaas_platform;
select ensure_usage_partitions(3);
-- Rows that fit no month land here and raise an alarm instead of being lost.
create table usage_logs_elsewhere partition of usage_logs default;

-- Money that may be spent, and money set aside for calls in flight. All amounts are nano-USD.

create table budgets (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  level text not null constraint budgets_level check (level in ('key', 'key_model', 'user', 'team', 'organization')),
  -- The key, user, team or organization that the budget belongs to; `model_id` only at level key_model.
  subject_id uuid not null,
  model_id uuid,
  -- Null: spending is counted, not limited.
  limit_nano bigint constraint budgets_limit check (limit_nano between 0 and 9000000000000000),
  spent_nano bigint not null default 0 constraint budgets_spent check (spent_nano >= 0),
  reserved_nano bigint not null default 0 constraint budgets_reserved check (reserved_nano >= 0),
  duration text constraint budgets_duration check (duration in ('1d', '7d', '1mo')),
  reset_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint budgets_pkey primary key (organization_id, id),
  constraint budgets_subject_key unique nulls not distinct (organization_id, level, subject_id, model_id),
  constraint budgets_reset_needs_duration check ((duration is null) = (reset_at is null))
);
create index budgets_due on budgets (reset_at) where reset_at is not null;
select install_tenant_isolation('budgets');
-- The application sets limits and reserves; only the usage writer books what was spent.
grant select, insert, delete on budgets to litemaas_app;
grant update (limit_nano, reserved_nano, spent_nano, duration, reset_at, version) on budgets to litemaas_app;
select allow_platform('budgets', 'select, update');

-- Either a lease (a block that one process sub-allocates in memory) or the hold of one call. `spent_nano + reserved_nano`
-- never passes the limit, so neither can what is finally spent.
create table reservations (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  budget_id uuid not null,
  kind text not null constraint reservations_kind check (kind in ('lease', 'call')),
  process_id uuid not null,
  -- Calls made under a lease carry the lease's group in their call id.
  group_id uuid not null,
  amount_nano bigint not null constraint reservations_amount check (amount_nano >= 0),
  api_key_id uuid,
  user_id uuid,
  model_id uuid,
  litellm_token_hash text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint reservations_pkey primary key (organization_id, id),
  constraint reservations_budget_fkey foreign key (organization_id, budget_id) references budgets (organization_id, id) on delete cascade
);
create index reservations_budget on reservations (organization_id, budget_id);
create index reservations_group on reservations (group_id);
create index reservations_expires_at on reservations (expires_at);
create index reservations_process on reservations (process_id);
select install_tenant_isolation('reservations');
grant select, insert, update, delete on reservations to litemaas_app;
select allow_platform('reservations', 'select, insert, update, delete');

-- The server processes that are alive: leases belong to one, and limits are divided among them. Losing this table in a
-- crash of PostgreSQL costs a second.
create unlogged table processes (
  id uuid not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  constraint processes_pkey primary key (id)
);
alter table processes enable row level security;
alter table processes force row level security;
select allow_platform('processes', 'select, insert, update, delete');

-- Calendar windows in UTC: midnight, Monday, the first of the month. The same windows that the proxy keeps.
create function next_budget_reset(duration text, at timestamptz) returns timestamptz language sql immutable as $$
  select case duration
    when '1d' then date_trunc('day', at at time zone 'UTC') + interval '1 day'
    when '7d' then date_trunc('week', at at time zone 'UTC') + interval '7 days'
    when '1mo' then date_trunc('month', at at time zone 'UTC') + interval '1 month'
  end at time zone 'UTC'
$$;

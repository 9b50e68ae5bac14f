-- Usage that did not come through the gateway: brought in from LiteLLM's spend logs and its push callback, and the proofs
-- that the ledger holds.

-- Whose a key's secret was, by the name under which LiteLLM knows it. Calls are logged long after a key was rotated, revoked
-- or deleted for good, and stay its owner's.
create table litellm_token_owners (
  organization_id uuid not null,
  token_hash text not null constraint litellm_token_owners_hash_length check (length(token_hash) between 1 and 200),
  api_key_id uuid not null,
  user_id uuid not null,
  team_id uuid,
  key_name text not null,
  created_at timestamptz not null default now(),
  constraint litellm_token_owners_pkey primary key (organization_id, token_hash),
  constraint litellm_token_owners_organization_fkey foreign key (organization_id) references organizations (id)
);
create index litellm_token_owners_hash on litellm_token_owners (token_hash);
create index litellm_token_owners_key on litellm_token_owners (organization_id, api_key_id);
select install_tenant_isolation('litellm_token_owners');
grant select, insert, update on litellm_token_owners to litemaas_app;
select allow_platform('litellm_token_owners', 'select');

-- By trigger, so that no way of making or deleting a key can forget it.
create function remember_token_owner() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into litellm_token_owners (organization_id, token_hash, api_key_id, user_id, team_id, key_name)
  select k.organization_id, new.litellm_token_hash, k.id, k.user_id, k.team_id, k.name
  from api_keys k where k.organization_id = new.organization_id and k.id = new.api_key_id
  on conflict on constraint litellm_token_owners_pkey do nothing;
  return null;
end $$;
create trigger remember_token_owner after insert on api_key_secrets
  for each row execute function remember_token_owner();

-- What was true of a key in the end is what its late calls are booked with.
create function keep_token_owner() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update litellm_token_owners o set user_id = old.user_id, team_id = old.team_id, key_name = old.name
  where o.organization_id = old.organization_id and o.api_key_id = old.id;
  return old;
end $$;
create trigger keep_token_owner before delete on api_keys
  for each row execute function keep_token_owner();

select for_each_organization($$
  insert into litellm_token_owners (organization_id, token_hash, api_key_id, user_id, team_id, key_name)
  select k.organization_id, s.litellm_token_hash, k.id, k.user_id, k.team_id, k.name
  from api_key_secrets s join api_keys k on k.organization_id = s.organization_id and k.id = s.api_key_id
  on conflict do nothing
$$);

-- One row per call that LiteLLM reports and that is not known to be the gateway's, from whichever side it came first. Holds
-- figures only: prompts and answers are dropped before it. The organization is found out when the row is booked.
create table litellm_spend_inbox (
  id uuid not null default gen_random_uuid(),
  -- LiteLLM's own id of the call: what makes push and pull the same.
  request_id text not null constraint litellm_spend_inbox_request_id_length check (length(request_id) between 1 and 300),
  arrived_by text not null constraint litellm_spend_inbox_arrived_by check (arrived_by in ('push', 'pull')),
  record jsonb not null,
  state text not null default 'pending'
    constraint litellm_spend_inbox_state check (state in ('pending', 'leased', 'booked', 'unattributed', 'dead')),
  -- Why it is not booked.
  reason text constraint litellm_spend_inbox_reason_length check (length(reason) <= 500),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  received_at timestamptz not null default now(),
  done_at timestamptz,
  constraint litellm_spend_inbox_pkey primary key (id),
  constraint litellm_spend_inbox_request_id_key unique (request_id)
);
create index litellm_spend_inbox_due on litellm_spend_inbox (next_at) where state in ('pending', 'leased');
create index litellm_spend_inbox_kept on litellm_spend_inbox (state, received_at desc, id);
alter table litellm_spend_inbox enable row level security;
alter table litellm_spend_inbox force row level security;
select allow_platform('litellm_spend_inbox', 'select, insert, update, delete');

-- Which of LiteLLM's rows is the gateway's own call of this id. A second row that says so is somebody who copied the mark.
create table gateway_call_rows (
  call_id text not null,
  request_id text not null,
  seen_at timestamptz not null default now(),
  constraint gateway_call_rows_pkey primary key (call_id)
);
create index gateway_call_rows_seen_at on gateway_call_rows (seen_at);
alter table gateway_call_rows enable row level security;
alter table gateway_call_rows force row level security;
select allow_platform('gateway_call_rows', 'select, insert, delete');

-- How far the logs are read: windows by start time, and how many rows LiteLLM had in each when it was read to its end. A
-- window whose number has changed since is read again, so late rows, crashes and equal timestamps lose nothing.
create table spend_log_windows (
  starts_at timestamptz not null,
  rows_total bigint not null,
  read_at timestamptz not null,
  constraint spend_log_windows_pkey primary key (starts_at)
);
alter table spend_log_windows enable row level security;
alter table spend_log_windows force row level security;
select allow_platform('spend_log_windows', 'select, insert, update, delete');

-- What is known about each day. Readable by everybody who reads usage; it holds no organization's rows and no amounts.
create table usage_days_checked (
  day date not null,
  source text not null constraint usage_days_checked_source check (source in ('litellm')),
  state text not null constraint usage_days_checked_state check (state in ('complete', 'partial', 'unknown')),
  checked_at timestamptz not null default now(),
  rows_seen bigint not null default 0,
  message text constraint usage_days_checked_message_length check (length(message) <= 500),
  constraint usage_days_checked_pkey primary key (day, source)
);
alter table usage_days_checked enable row level security;
alter table usage_days_checked force row level security;
create policy readable on usage_days_checked for select to litemaas_app using ((select true));
grant select on usage_days_checked to litemaas_app;
select allow_platform('usage_days_checked', 'select, insert, update');

-- A comparison of a range with LiteLLM's own logs, call by call. The platform's: LiteLLM's logs know no organizations.
create table usage_recounts (
  -- The job's own id.
  id uuid not null,
  -- In whose queue the job stands; LiteLLM's logs know no organizations.
  job_organization_id uuid not null,
  from_day date not null,
  to_day date not null,
  is_applied boolean not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- What is compared and recorded; where a job that is begun again goes on.
  compared_to timestamptz,
  calls_there bigint not null default 0,
  calls_here bigint not null default 0,
  -- Rows of keys that are not ours.
  foreign_calls bigint not null default 0,
  missing_here bigint not null default 0,
  missing_there bigint not null default 0,
  different_cost bigint not null default 0,
  different_tokens bigint not null default 0,
  booked bigint not null default 0,
  constraint usage_recounts_pkey primary key (id),
  constraint usage_recounts_days check (from_day <= to_day)
);
create index usage_recounts_created_at on usage_recounts (created_at desc, id);
alter table usage_recounts enable row level security;
alter table usage_recounts force row level security;
-- Asked for in the transaction of the request; read by platform administration only.
create policy asked_for on usage_recounts for insert to litemaas_app with check ((select true));
grant insert on usage_recounts to litemaas_app;
select allow_platform('usage_recounts', 'select, update, delete');

create table usage_recount_differences (
  organization_id uuid not null,
  recount_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null
    constraint usage_recount_differences_kind check (kind in ('missing_here', 'missing_there', 'different_cost', 'different_tokens')),
  at timestamptz not null,
  request_id text not null,
  api_key_id uuid not null,
  model_name text not null,
  our_cost_nano bigint,
  their_cost_nano bigint,
  our_tokens bigint,
  their_tokens bigint,
  is_booked boolean not null default false,
  constraint usage_recount_differences_pkey primary key (organization_id, recount_id, id),
  constraint usage_recount_differences_recount_fkey foreign key (recount_id) references usage_recounts (id) on delete cascade
);
create index usage_recount_differences_recount on usage_recount_differences (recount_id, at, id);
select install_tenant_isolation('usage_recount_differences');
select allow_platform('usage_recount_differences', 'select, insert, delete');

-- The same comparison in sums, for each day, key and model.
create table usage_recount_totals (
  organization_id uuid not null,
  recount_id uuid not null,
  day date not null,
  api_key_id uuid not null,
  model_name text not null,
  our_calls bigint not null,
  their_calls bigint not null,
  our_cost_nano bigint not null,
  their_cost_nano bigint not null,
  our_tokens bigint not null,
  their_tokens bigint not null,
  constraint usage_recount_totals_pkey primary key (organization_id, recount_id, day, api_key_id, model_name),
  constraint usage_recount_totals_recount_fkey foreign key (recount_id) references usage_recounts (id) on delete cascade
);
create index usage_recount_totals_recount on usage_recount_totals (recount_id, day);
select install_tenant_isolation('usage_recount_totals');
select allow_platform('usage_recount_totals', 'select, insert, update, delete');

-- When a row was written and its cost entered the budgets. Rows from before count by their time.
alter table usage_logs add column booked_at timestamptz;
alter table usage_logs alter column booked_at set default now();

-- Every run of the check that rows, daily sums and budgets agree, and what it found.
create table ledger_checks (
  id uuid not null default gen_random_uuid(),
  trigger text not null constraint ledger_checks_trigger check (trigger in ('nightly', 'command')),
  from_day date not null,
  started_at timestamptz not null,
  finished_at timestamptz not null default now(),
  organizations integer not null,
  differences integer not null,
  constraint ledger_checks_pkey primary key (id)
);
create index ledger_checks_started_at on ledger_checks (started_at desc, id);
alter table ledger_checks enable row level security;
alter table ledger_checks force row level security;
select allow_platform('ledger_checks', 'select, insert, delete');

create table ledger_differences (
  organization_id uuid not null,
  check_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null constraint ledger_differences_kind check (kind in ('daily_sum', 'budget_spent', 'budget_reserved')),
  -- The budget, or the key of the daily sum.
  subject_id uuid not null,
  day date,
  -- Which figure, and for budgets their level.
  what text not null constraint ledger_differences_what_length check (length(what) <= 100),
  -- From the rows; the highest and the lowest that would do are the same but where rows and restarts met.
  expected bigint not null,
  actual bigint not null,
  constraint ledger_differences_pkey primary key (organization_id, check_id, id),
  constraint ledger_differences_check_fkey foreign key (check_id) references ledger_checks (id) on delete cascade
);
create index ledger_differences_check on ledger_differences (check_id, id);
select install_tenant_isolation('ledger_differences');
select allow_platform('ledger_differences', 'select, insert, delete');

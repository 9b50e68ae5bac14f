-- Models that administrators make, edit and remove through LiteLLM; subscriptions that end by themselves.

alter table models
  -- Whether LiteLLM lists it; `availability` is what follows from that and from what an administrator decided.
  add column is_served boolean not null default true,
  -- The administrator's words; LiteLLM's own stay in `description`.
  add column own_description text constraint models_own_description_length check (length(own_description) <= 2000),
  add column display_order integer,
  -- Removed by an administrator: the row stays, because usage and subscriptions name it.
  add column removed_at timestamptz,
  -- The job that brought subscriptions in line with the last change of `is_restricted`.
  add column restriction_job_id uuid;
update models set is_served = availability <> 'unavailable';

alter table model_prices add column price_per_request_nano bigint;

-- Deployments of models at LiteLLM that we answer for: those that we made, and those of others that somebody edits here.
create table model_deployments (
  id uuid not null default gen_random_uuid(),
  model_id uuid not null,
  -- LiteLLM's id of it, chosen by us for our own.
  litellm_id text not null constraint model_deployments_litellm_id_length check (length(litellm_id) between 1 and 200),
  -- Made by somebody else: what we do not know of it stays as it is.
  is_adopted boolean not null default false,
  -- Null on an adopted one: unknown here.
  provider_model text constraint model_deployments_provider_model_length check (length(provider_model) between 1 and 300),
  provider text constraint model_deployments_provider_length check (length(provider) between 1 and 100),
  api_base text constraint model_deployments_api_base_length check (length(api_base) <= 2000),
  rpm_limit integer constraint model_deployments_rpm_limit check (rpm_limit > 0),
  tpm_limit integer constraint model_deployments_tpm_limit check (tpm_limit > 0),
  timeout_seconds integer constraint model_deployments_timeout check (timeout_seconds > 0),
  max_retries integer constraint model_deployments_max_retries check (max_retries >= 0),
  -- AES-256-GCM, bound to this row and to the place that the key may be sent to. Never shown; the hint is.
  provider_key bytea,
  provider_key_hint text,
  -- False: it must not exist at LiteLLM any more.
  is_wanted boolean not null default true,
  desired_version integer not null default 1,
  synced_version integer not null default 0,
  sync_state text not null default 'pending' constraint model_deployments_sync_state check (sync_state in ('pending', 'synced', 'failed')),
  applied_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint model_deployments_pkey primary key (id),
  constraint model_deployments_litellm_id_key unique (litellm_id),
  constraint model_deployments_model_fkey foreign key (model_id) references models (id)
);
create index model_deployments_model_id on model_deployments (model_id);
-- The platform's alone: the application role sees neither row nor key.
alter table model_deployments enable row level security;
alter table model_deployments force row level security;
select allow_platform('model_deployments', 'select, insert, update');

-- What administrators see of a model: how much it was used in the last 30 days, over all organizations.
create index usage_daily_model on usage_daily (model_id, day);

alter table subscriptions add column expires_at timestamptz;
create index subscriptions_expiry on subscriptions (expires_at) where status in ('active', 'suspended') and expires_at is not null;

-- The catalogue of models: the platform's, read by everybody, written by synchronisation and administration.
-- Money here is nano-USD (1e-9 USD); prices are per million tokens.

create table models (
  id uuid not null default gen_random_uuid(),
  name text not null constraint models_name_length check (length(name) between 1 and 200),
  provider text not null,
  description text not null default '',
  mode text not null,
  abilities text[] not null default '{}',
  context_length integer constraint models_context_length check (context_length > 0),
  max_output_tokens integer constraint models_max_output_tokens check (max_output_tokens > 0),
  -- Null means unknown, and an unknown price is never free.
  input_price_nano bigint constraint models_input_price check (input_price_nano >= 0),
  cached_input_price_nano bigint constraint models_cached_input_price check (cached_input_price_nano >= 0),
  output_price_nano bigint constraint models_output_price check (output_price_nano >= 0),
  price_per_request_nano bigint constraint models_price_per_request check (price_per_request_nano >= 0),
  image_token_ceiling integer not null default 2048,
  is_restricted boolean not null default false,
  availability text not null default 'available' constraint models_availability check (availability in ('available', 'unavailable', 'disabled')),
  litellm_ids text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint models_pkey primary key (id),
  constraint models_name_key unique (name)
);
alter table models enable row level security;
alter table models force row level security;
create policy readable on models for select to litemaas_app using ((select true));
create policy owned on models to litemaas_owner using ((select true)) with check ((select true));
grant select on models to litemaas_app;
select allow_platform('models', 'select, insert, update');

-- Every price that was ever in force.
create table model_prices (
  id uuid not null default gen_random_uuid(),
  model_id uuid not null,
  valid_from timestamptz not null default now(),
  input_price_nano bigint,
  cached_input_price_nano bigint,
  output_price_nano bigint,
  constraint model_prices_pkey primary key (id),
  constraint model_prices_model_fkey foreign key (model_id) references models (id)
);
create index model_prices_model on model_prices (model_id, valid_from desc);
alter table model_prices enable row level security;
alter table model_prices force row level security;
create policy readable on model_prices for select to litemaas_app using ((select true));
grant select on model_prices to litemaas_app;
select allow_platform('model_prices', 'select, insert');

-- One row per synchronisation with the proxy.
create table model_sync_runs (
  id uuid not null default gen_random_uuid(),
  trigger text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null default now(),
  result text not null constraint model_sync_runs_result check (result in ('success', 'failed', 'empty')),
  added integer not null default 0,
  updated integer not null default 0,
  gone integer not null default 0,
  message text,
  constraint model_sync_runs_pkey primary key (id)
);
create index model_sync_runs_started_at on model_sync_runs (started_at desc);
alter table model_sync_runs enable row level security;
alter table model_sync_runs force row level security;
select allow_platform('model_sync_runs', 'select, insert, delete');

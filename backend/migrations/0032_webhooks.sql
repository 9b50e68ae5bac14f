-- Calls of ours to addresses that an organization's administrators have named, signed as Standard Webhooks says.

create table webhooks (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  name text not null constraint webhooks_name_length check (length(name) between 1 and 100),
  url text not null constraint webhooks_url_length check (length(url) between 1 and 2000),
  event_names text[] not null,
  is_enabled boolean not null default true,
  -- Why it is off: a person, failures for days, or the receiver said that it is gone for good.
  disabled_because text constraint webhooks_disabled_because check (disabled_because in ('person', 'failures', 'gone')),
  -- Since when every call has failed.
  failing_since timestamptz,
  -- Sealed. The previous one signs, too, until its time is up.
  secret bytea not null,
  previous_secret bytea,
  previous_secret_until timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint webhooks_pkey primary key (organization_id, id),
  constraint webhooks_name_key unique (organization_id, name),
  constraint webhooks_organization_fkey foreign key (organization_id) references organizations (id)
);
select install_tenant_isolation('webhooks');
grant select, insert, update, delete on webhooks to litemaas_app;
select allow_platform('webhooks', 'select, update');

create table webhook_deliveries (
  organization_id uuid not null,
  -- Also the `webhook-id` of every attempt, so that receivers can tell a repetition.
  id uuid not null default gen_random_uuid(),
  webhook_id uuid not null,
  event_name text not null constraint webhook_deliveries_event_name_length check (length(event_name) between 1 and 100),
  -- One announcement to several audiences is one event outside.
  event_key text not null,
  -- Exactly what is sent, and sent again.
  body text not null,
  is_test boolean not null default false,
  state text not null default 'pending'
    constraint webhook_deliveries_state check (state in ('pending', 'leased', 'delivered', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  response_status integer,
  response_body text constraint webhook_deliveries_response_length check (length(response_body) <= 1024),
  last_error text constraint webhook_deliveries_error_length check (length(last_error) <= 200),
  last_attempt_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  constraint webhook_deliveries_pkey primary key (organization_id, id),
  constraint webhook_deliveries_event_key unique (organization_id, webhook_id, event_key),
  constraint webhook_deliveries_webhook_fkey foreign key (organization_id, webhook_id)
    references webhooks (organization_id, id) on delete cascade
);
create index webhook_deliveries_due on webhook_deliveries (next_at) where state in ('pending', 'leased');
create index webhook_deliveries_leased on webhook_deliveries (organization_id, webhook_id) where state = 'leased';
create index webhook_deliveries_created_at on webhook_deliveries (created_at);
create index webhook_deliveries_of_webhook on webhook_deliveries (organization_id, webhook_id, created_at desc, id desc);
select install_tenant_isolation('webhook_deliveries');
grant select, insert on webhook_deliveries to litemaas_app;
-- To send one again.
grant update (state, attempts, next_at, lease_until, delivered_at) on webhook_deliveries to litemaas_app;
select allow_platform('webhook_deliveries', 'select, insert, update, delete');

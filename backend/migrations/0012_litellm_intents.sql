-- What must still be done at the proxy. The application adds intents in the transaction of its own change and reads none.

create table litellm_intents (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  resource_kind text not null,
  resource_id uuid not null,
  operation text not null constraint litellm_intents_operation check (operation in ('put', 'delete')),
  desired_version integer not null,
  state text not null default 'pending' constraint litellm_intents_state check (state in ('pending', 'leased', 'done', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  last_error text,
  -- AES-256-GCM of the key's value, wiped when the proxy has it.
  secret bytea,
  payload jsonb not null default '{}',
  sequence bigint generated always as identity,
  created_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  constraint litellm_intents_pkey primary key (id),
  constraint litellm_intents_organization_fkey foreign key (organization_id) references organizations (id)
);
-- Revocations are claimed first, then what is due longest.
create index litellm_intents_due on litellm_intents (operation, next_at) where state in ('pending', 'leased');
create index litellm_intents_leased on litellm_intents (resource_kind, resource_id) where state = 'leased';
create index litellm_intents_resource on litellm_intents (resource_kind, resource_id, sequence);
create index litellm_intents_organization on litellm_intents (organization_id);
select install_tenant_isolation('litellm_intents');
grant insert on litellm_intents to litemaas_app;
select allow_platform('litellm_intents', 'select, insert, update, delete');

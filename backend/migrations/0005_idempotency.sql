-- The first answer to a create, kept for a day so that a repeated request gets the same answer. Secrets are not in it.

create table idempotency_keys (
  organization_id uuid not null,
  caller_id uuid not null,
  operation_id text not null,
  key text not null,
  body_digest bytea not null,
  status_code integer not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint idempotency_keys_pkey primary key (organization_id, caller_id, operation_id, key),
  constraint idempotency_keys_organization_fkey foreign key (organization_id) references organizations (id)
);
create index idempotency_keys_expires_at on idempotency_keys (expires_at);
select install_tenant_isolation('idempotency_keys');
grant select, insert, update, delete on idempotency_keys to litemaas_app;
select allow_platform('idempotency_keys', 'select, delete');

-- The audit trail as a chain of hashes per organization: who removes or changes a row breaks it from there on.

-- The order of `sequence` is not the order of commits: a transaction that took its number first may commit last. So a row's
-- place in the chain is given when it is chained, and a late row comes behind those that are there already.
alter table audit_logs add column chain_position bigint;
alter table audit_logs add constraint audit_logs_chained check ((chain_position is null) = (hash is null));
create unique index audit_logs_chain on audit_logs (organization_id, chain_position) where chain_position is not null;
grant update (chain_position) on audit_logs to litemaas_platform;

-- Place and hash are written once and together, and never again, whoever asks.
create or replace function protect_audit_logs() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.hash is null and new.hash is not null
     and (to_jsonb(new) - array['hash', 'chain_position']) = (to_jsonb(old) - array['hash', 'chain_position']) then
    return new;
  end if;
  raise exception 'audit_logs is append-only' using errcode = 'insufficient_privilege';
end $$;

-- Where each chain ends: rows cut off at its end are missed here.
create table audit_chains (
  organization_id uuid not null,
  position bigint not null default 0 constraint audit_chains_position check (position >= 0),
  -- Before the first row: 32 zero bytes.
  hash bytea not null default decode(repeat('00', 32), 'hex') constraint audit_chains_hash_length check (length(hash) = 32),
  chained_at timestamptz not null default now(),
  constraint audit_chains_pkey primary key (organization_id),
  constraint audit_chains_organization_fkey foreign key (organization_id) references organizations (id)
);
select install_tenant_isolation('audit_chains');
select allow_platform('audit_chains', 'select, insert, update');

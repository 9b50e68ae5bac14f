-- Who changed what. Append-only: the application may add and read, nobody may change or remove.

create table audit_logs (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  -- Order within the database, for the hash chain.
  sequence bigint generated always as identity,
  category text not null,
  action text not null,
  result text not null default 'success' constraint audit_logs_result check (result in ('success', 'refused', 'failed')),
  actor_kind text not null,
  actor_id uuid,
  door text not null,
  address text,
  request_id text,
  resource_type text,
  resource_id text,
  before jsonb,
  after jsonb,
  reason text,
  -- More than one refusal of the same kind within a minute is one row with a count.
  count integer not null default 1,
  -- Filled by the chaining job: hash over this row and the previous row's hash of the same organization.
  hash bytea,
  constraint audit_logs_pkey primary key (organization_id, id),
  constraint audit_logs_organization_fkey foreign key (organization_id) references organizations (id)
);
create index audit_logs_at on audit_logs (organization_id, at desc, id desc);
create index audit_logs_resource on audit_logs (organization_id, resource_type, resource_id);
create index audit_logs_unchained on audit_logs (organization_id, sequence) where hash is null;
select install_tenant_isolation('audit_logs');
create policy looked_up on audit_logs for insert to litemaas_lookup with check ((select true));
grant select, insert on audit_logs to litemaas_app;
grant insert on audit_logs to litemaas_lookup;
select allow_platform('audit_logs', 'select, insert');
grant update (hash) on audit_logs to litemaas_platform;

-- A hash is written once and never again, whoever asks.
create function protect_audit_logs() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.hash is null and new.hash is not null
     and (to_jsonb(new) - 'hash') = (to_jsonb(old) - 'hash') then
    return new;
  end if;
  raise exception 'audit_logs is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger protect before update or delete on audit_logs for each row execute function protect_audit_logs();
create trigger protect_all before truncate on audit_logs for each statement execute function protect_audit_logs();

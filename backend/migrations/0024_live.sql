-- Live events are read in the order in which their transactions began, up to the first one that is still open: no later
-- commit can come before what was read. Jobs may be cancelled by those who asked for them.

drop index events_sequence;
create index events_reading on events (transaction_id, sequence);
-- What only says "look again" (progress, usage, budgets) is soon worthless; the rest is kept for notifications.
alter table events add column is_transient boolean not null default false;
create index events_transient_at on events (at) where is_transient;

create index jobs_leased on jobs (lease_owner) where status = 'running';
grant update (status, finished_at) on jobs to litemaas_app;

-- Lets a client that can send neither cookie nor header open the stream once. Only a digest is kept, for half a minute.
create table event_tickets (
  organization_id uuid not null,
  digest bytea not null,
  session_id uuid not null,
  user_id uuid not null,
  door text not null constraint event_tickets_door check (door in ('session', 'token')),
  expires_at timestamptz not null,
  constraint event_tickets_pkey primary key (organization_id, digest),
  constraint event_tickets_organization_fkey foreign key (organization_id) references organizations (id)
);
create index event_tickets_digest on event_tickets (digest);
create index event_tickets_expires_at on event_tickets (expires_at);
select install_tenant_isolation('event_tickets');
grant insert on event_tickets to litemaas_app;
select allow_platform('event_tickets', 'select, delete');

-- Keys are changed in many places: by their owners and administrators, by what they depend on, and by what the proxy says.
-- Whoever waits for a key hears of each of them, in the transaction of the change; being used is no change.
create function announce_api_key() returns trigger language plpgsql as $$
begin
  perform pg_notify('events', '');
  insert into events (organization_id, name, user_id, data)
  values (new.organization_id, 'api-key.changed', new.user_id, jsonb_build_object('id', new.id, 'version', new.version,
    'isRevoked', new.revoked_at is not null, 'isDisabled', new.is_disabled, 'syncState', new.sync_state));
  return null;
end $$;
create trigger api_keys_announced after insert or update of version, revoked_at, is_disabled, sync_state on api_keys
  for each row execute function announce_api_key();

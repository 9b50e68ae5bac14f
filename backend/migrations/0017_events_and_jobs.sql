-- What happened, for those who wait for it, and work that takes longer than a request.

-- Written in the transaction of the change itself. `transaction_id` tells readers which rows cannot be preceded by a later
-- commit any more: the order of `sequence` is not the order of commits.
create table events (
  organization_id uuid not null,
  sequence bigint generated always as identity,
  transaction_id xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  name text not null constraint events_name_length check (length(name) between 1 and 100),
  -- Whom it is for: one person, whoever has a permission in the organization, or the platform's administrators.
  user_id uuid,
  permission text,
  is_for_platform boolean not null default false,
  data jsonb not null default '{}',
  constraint events_pkey primary key (organization_id, sequence),
  constraint events_organization_fkey foreign key (organization_id) references organizations (id),
  constraint events_audience check (num_nonnulls(user_id, permission) = case when is_for_platform then 0 else 1 end)
);
create unique index events_sequence on events (sequence);
create index events_at on events (at);
select install_tenant_isolation('events');
grant select, insert on events to litemaas_app;
select allow_platform('events', 'select, insert, delete');

create table jobs (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null constraint jobs_kind_length check (length(kind) between 1 and 100),
  status text not null default 'queued'
    constraint jobs_status check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  params jsonb not null default '{}',
  result jsonb,
  -- Safe to show.
  error_code text,
  error_message text,
  done bigint not null default 0,
  total bigint,
  message text constraint jobs_message_length check (length(message) <= 500),
  created_by uuid,
  attempt integer not null default 0,
  is_cancel_requested boolean not null default false,
  lease_owner uuid,
  lease_until timestamptz,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint jobs_pkey primary key (organization_id, id),
  constraint jobs_organization_fkey foreign key (organization_id) references organizations (id)
);
create index jobs_due on jobs (next_at) where status in ('queued', 'running');
create index jobs_own on jobs (organization_id, created_by, created_at desc, id);
create index jobs_created_at on jobs (organization_id, created_at desc, id);
create index jobs_finished_at on jobs (finished_at) where finished_at is not null;
select install_tenant_isolation('jobs');
grant select, insert on jobs to litemaas_app;
grant update (is_cancel_requested) on jobs to litemaas_app;
select allow_platform('jobs', 'select, insert, update, delete');

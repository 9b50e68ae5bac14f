-- What people are told, in the console and by e-mail. One job reads the events in their order, and writes what it makes of them
-- and how far it has read in one transaction: nothing is told twice, and nothing is left out.

create table event_readers (
  name text not null constraint event_readers_name_length check (length(name) between 1 and 100),
  -- Everything before this place has been read.
  transaction_id xid8 not null,
  sequence bigint not null default 0,
  -- What happened earlier is none of this reader's business; moved when the counter of transactions began anew, as after
  -- a restore into another cluster.
  since timestamptz not null default now(),
  constraint event_readers_pkey primary key (name)
);
-- Before row security, which lets the owner write nothing here: what happened before this migration is told to nobody.
insert into event_readers (name, transaction_id) values ('notifications', pg_current_xact_id());
alter table event_readers enable row level security;
alter table event_readers force row level security;
select allow_platform('event_readers', 'select, update');

create table notifications (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  kind text not null constraint notifications_kind_length check (length(kind) between 1 and 50),
  -- Which of our sentences it is, and what stands in its gaps: it is put into words when it is read, in the reader's language.
  template text not null constraint notifications_template_length check (length(template) between 1 and 100),
  facts jsonb not null default '{}',
  severity text not null constraint notifications_severity check (severity in ('info', 'success', 'warning', 'danger')),
  -- A path of the console.
  link text constraint notifications_link_length check (length(link) <= 500),
  event_sequence bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  read_at timestamptz,
  constraint notifications_pkey primary key (organization_id, id),
  constraint notifications_event_key unique (organization_id, user_id, event_sequence),
  constraint notifications_organization_fkey foreign key (organization_id) references organizations (id),
  constraint notifications_user_fkey foreign key (user_id) references users (id)
);
create index notifications_own on notifications (organization_id, user_id, created_at desc, id desc);
create index notifications_unread on notifications (organization_id, user_id) where read_at is null;
create index notifications_user_id on notifications (user_id);
create index notifications_created_at on notifications (created_at);
select install_tenant_isolation('notifications');
grant select, update (read_at), delete on notifications to litemaas_app;
select allow_platform('notifications', 'select, insert, delete');

-- What a person wants to be told, and how; nothing here means the default of the kind. A person's own, in every organization.
create table notification_preferences (
  user_id uuid not null,
  kind text not null constraint notification_preferences_kind_length check (length(kind) between 1 and 50),
  in_app boolean not null,
  email boolean not null,
  constraint notification_preferences_pkey primary key (user_id, kind),
  constraint notification_preferences_user_fkey foreign key (user_id) references users (id)
);
alter table notification_preferences enable row level security;
alter table notification_preferences force row level security;
create policy own on notification_preferences to litemaas_app
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, delete on notification_preferences to litemaas_app;
select allow_platform('notification_preferences', 'select');

-- Mails to send. Requests have no business here.
create table email_deliveries (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  kind text not null,
  template text not null,
  facts jsonb not null default '{}',
  link text,
  state text not null default 'pending'
    constraint email_deliveries_state check (state in ('pending', 'leased', 'sent', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint email_deliveries_pkey primary key (organization_id, id),
  constraint email_deliveries_organization_fkey foreign key (organization_id) references organizations (id),
  constraint email_deliveries_user_fkey foreign key (user_id) references users (id)
);
create index email_deliveries_due on email_deliveries (next_at) where state in ('pending', 'leased');
create index email_deliveries_user_id on email_deliveries (user_id);
create index email_deliveries_created_at on email_deliveries (created_at);
select install_tenant_isolation('email_deliveries');
select allow_platform('email_deliveries', 'select, insert, update, delete');

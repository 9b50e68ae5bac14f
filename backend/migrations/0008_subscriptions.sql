-- A person's right to use one model, and how it came to its state.

create table subscriptions (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  model_id uuid not null,
  status text not null constraint subscriptions_status
    check (status in ('pending', 'active', 'denied', 'suspended', 'cancelled', 'expired')),
  reason text constraint subscriptions_reason_length check (length(reason) <= 1000),
  requested_at timestamptz not null default now(),
  decided_at timestamptz,
  decided_by uuid,
  decision_reason text constraint subscriptions_decision_reason_length check (length(decision_reason) <= 1000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint subscriptions_pkey primary key (organization_id, id),
  constraint subscriptions_member_fkey foreign key (organization_id, user_id) references memberships (organization_id, user_id),
  constraint subscriptions_model_fkey foreign key (model_id) references models (id),
  constraint subscriptions_decider_fkey foreign key (decided_by) references users (id)
);
-- One live subscription to a model per person, kept by the database under any concurrency.
create unique index subscriptions_live_key on subscriptions (organization_id, user_id, model_id)
  where status in ('pending', 'active', 'suspended');
create index subscriptions_member on subscriptions (organization_id, user_id, requested_at desc);
create index subscriptions_model_id on subscriptions (model_id);
create index subscriptions_decided_by on subscriptions (decided_by);
create index subscriptions_queue on subscriptions (organization_id, status, requested_at);
select install_tenant_isolation('subscriptions');
grant select, insert, update on subscriptions to litemaas_app;
select allow_platform('subscriptions', 'select, update');

create table subscription_history (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  subscription_id uuid not null,
  from_status text,
  to_status text not null,
  actor_id uuid,
  reason text,
  at timestamptz not null default clock_timestamp(),
  constraint subscription_history_pkey primary key (organization_id, id),
  constraint subscription_history_subscription_fkey foreign key (organization_id, subscription_id) references subscriptions (organization_id, id)
);
create index subscription_history_subscription on subscription_history (organization_id, subscription_id, at);
select install_tenant_isolation('subscription_history');
grant select, insert on subscription_history to litemaas_app;
select allow_platform('subscription_history', 'select, insert');

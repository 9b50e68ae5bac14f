-- The console's sessions and the sign-ins under way. Only digests of what the browser holds are stored.

create table sessions (
  id uuid not null default gen_random_uuid(),
  digest bytea not null,
  user_id uuid not null,
  current_organization_id uuid,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  rotated_at timestamptz not null default now(),
  idle_expires_at timestamptz not null,
  expires_at timestamptz not null,
  address text,
  user_agent text constraint sessions_user_agent_length check (length(user_agent) <= 400),
  constraint sessions_pkey primary key (id),
  constraint sessions_digest_key unique (digest),
  constraint sessions_user_fkey foreign key (user_id) references users (id),
  constraint sessions_organization_fkey foreign key (current_organization_id) references organizations (id)
);
create index sessions_user_id on sessions (user_id);
create index sessions_current_organization_id on sessions (current_organization_id);
create index sessions_expires_at on sessions (expires_at);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy own on sessions to litemaas_app
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
create policy looked_up on sessions for select to litemaas_lookup using ((select true));
grant select, insert, update, delete on sessions to litemaas_app;
grant select on sessions to litemaas_lookup;
select allow_platform('sessions', 'select, delete');

-- Knowing the state is the only way to its row: the caller proves it through the transaction's setting.
create table login_attempts (
  state_digest text not null,
  nonce text not null,
  code_verifier text not null,
  return_path text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint login_attempts_pkey primary key (state_digest)
);
create index login_attempts_expires_at on login_attempts (expires_at);
alter table login_attempts enable row level security;
alter table login_attempts force row level security;
create policy known_state on login_attempts to litemaas_app
  using (state_digest = (select nullif(current_setting('app.login_state', true), '')))
  with check (state_digest = (select nullif(current_setting('app.login_state', true), '')));
grant select, insert, delete on login_attempts to litemaas_app;
select allow_platform('login_attempts', 'select, delete');

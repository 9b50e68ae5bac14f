-- Machines with narrow rights: they exchange a secret for a token of a few minutes.

create table service_clients (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  -- How the machine calls itself; random, so that it says nothing about whose it is.
  client_id text not null constraint service_clients_client_id_length check (length(client_id) between 1 and 100),
  name text not null constraint service_clients_name_length check (length(name) between 1 and 100),
  description text not null default '' constraint service_clients_description_length check (length(description) <= 1000),
  -- Names of permissions.
  scopes text[] not null default '{}',
  -- CIDR blocks. Null: from everywhere. Empty: from nowhere.
  allowed_ips text[],
  token_ttl_seconds integer not null default 900
    constraint service_clients_token_ttl_seconds check (token_ttl_seconds between 60 and 900),
  is_disabled boolean not null default false,
  created_by uuid,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint service_clients_pkey primary key (organization_id, id),
  constraint service_clients_client_id_key unique (client_id),
  constraint service_clients_organization_fkey foreign key (organization_id) references organizations (id),
  constraint service_clients_creator_fkey foreign key (created_by) references users (id)
);
create index service_clients_created_at on service_clients (organization_id, created_at desc, id);
create index service_clients_created_by on service_clients (created_by);
select install_tenant_isolation('service_clients');
create policy looked_up on service_clients for select to litemaas_lookup using ((select true));
grant select, insert, update, delete on service_clients to litemaas_app;
grant select on service_clients to litemaas_lookup;
select allow_platform('service_clients', 'select');
grant update (last_used_at) on service_clients to litemaas_platform;

-- One or two that are valid: the second while the first is being exchanged.
create table service_client_secrets (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  service_client_id uuid not null,
  -- HMAC-SHA-256 under the pepper of `pepper_version`; the secret itself is nowhere.
  digest bytea not null,
  pepper_version text not null,
  hint text not null,
  valid_until timestamptz,
  last_used_at timestamptz,
  -- Tokens that were made with it.
  use_count bigint not null default 0,
  created_at timestamptz not null default now(),
  constraint service_client_secrets_pkey primary key (organization_id, id),
  constraint service_client_secrets_digest_key unique (digest),
  constraint service_client_secrets_client_fkey foreign key (organization_id, service_client_id)
    references service_clients (organization_id, id) on delete cascade
);
create index service_client_secrets_client on service_client_secrets (organization_id, service_client_id, created_at);
select install_tenant_isolation('service_client_secrets');
create policy looked_up on service_client_secrets for select to litemaas_lookup using ((select true));
grant select, insert, update, delete on service_client_secrets to litemaas_app;
grant select on service_client_secrets to litemaas_lookup;
select allow_platform('service_client_secrets', 'select');
grant update (last_used_at, use_count) on service_client_secrets to litemaas_platform;

-- Tokens that ended before their time. Each is forgotten once the token would have ended by itself.
create table revoked_service_tokens (
  organization_id uuid not null,
  id uuid not null,
  service_client_id uuid not null,
  expires_at timestamptz not null,
  constraint revoked_service_tokens_pkey primary key (organization_id, id),
  constraint revoked_service_tokens_client_fkey foreign key (organization_id, service_client_id)
    references service_clients (organization_id, id) on delete cascade
);
create index revoked_service_tokens_client on revoked_service_tokens (organization_id, service_client_id, expires_at);
select install_tenant_isolation('revoked_service_tokens');
create policy looked_up on revoked_service_tokens for select to litemaas_lookup using ((select true));
grant select, insert, delete on revoked_service_tokens to litemaas_app;
grant select on revoked_service_tokens to litemaas_lookup;

-- Who presents an id and a secret: both must fit, so that one answer serves for an unknown client and a wrong secret.
create function lookup.find_service_client(public_id text, secret_digests bytea[])
  returns table (organization_id uuid, id uuid, client_id text, scopes text[], allowed_ips text[], token_ttl_seconds integer,
    secret_id uuid, pepper_version text, is_usable boolean, usable_until timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select c.organization_id, c.id, c.client_id, c.scopes, c.allowed_ips, c.token_ttl_seconds, s.id, s.pepper_version,
    not c.is_disabled and o.status = 'active', s.valid_until
  from service_clients c
  join service_client_secrets s on s.organization_id = c.organization_id and s.service_client_id = c.id
  join organizations o on o.id = c.organization_id
  where c.client_id = public_id and s.digest = any (secret_digests)
$$;
alter function lookup.find_service_client(text, bytea[]) owner to litemaas_lookup;
revoke all on function lookup.find_service_client(text, bytea[]) from public;
grant execute on function lookup.find_service_client(text, bytea[]) to litemaas_app;

-- Whose token it is, by the client, the secret that it was made with, and its own id. Nothing when the secret is gone.
create function lookup.find_service_token(public_id text, by_secret uuid, token_id uuid)
  returns table (organization_id uuid, id uuid, client_id text, scopes text[], allowed_ips text[], token_ttl_seconds integer,
    secret_id uuid, pepper_version text, is_usable boolean, usable_until timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select c.organization_id, c.id, c.client_id, c.scopes, c.allowed_ips, c.token_ttl_seconds, s.id, s.pepper_version,
    not c.is_disabled and o.status = 'active' and not exists (select from revoked_service_tokens r
      where r.organization_id = c.organization_id and r.service_client_id = c.id and r.id = token_id),
    s.valid_until
  from service_clients c
  join service_client_secrets s on s.organization_id = c.organization_id and s.service_client_id = c.id
  join organizations o on o.id = c.organization_id
  where c.client_id = public_id and s.id = by_secret
$$;
alter function lookup.find_service_token(text, uuid, uuid) owner to litemaas_lookup;
revoke all on function lookup.find_service_token(text, uuid, uuid) from public;
grant execute on function lookup.find_service_token(text, uuid, uuid) to litemaas_app;

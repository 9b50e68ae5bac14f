-- API keys. Limits, budget and usage hang on the key; the secret can be exchanged without touching them.

create table api_keys (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  team_id uuid,
  name text not null constraint api_keys_name_length check (length(name) between 1 and 100),
  is_disabled boolean not null default false,
  expires_at timestamptz,
  -- Null: no limit at this level. Zero: nothing is allowed.
  rpm_limit integer constraint api_keys_rpm_limit check (rpm_limit >= 0),
  tpm_limit integer constraint api_keys_tpm_limit check (tpm_limit >= 0),
  max_parallel_requests integer constraint api_keys_max_parallel_requests check (max_parallel_requests >= 0),
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  last_used_at timestamptz,
  revoked_at timestamptz,
  -- What the proxy should know, and what it last confirmed.
  desired_version integer not null default 1,
  synced_version integer not null default 0,
  sync_state text not null default 'pending' constraint api_keys_sync_state check (sync_state in ('pending', 'synced', 'failed')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint api_keys_pkey primary key (organization_id, id),
  constraint api_keys_member_fkey foreign key (organization_id, user_id) references memberships (organization_id, user_id),
  constraint api_keys_team_fkey foreign key (organization_id, team_id) references teams (organization_id, id)
);
create index api_keys_member on api_keys (organization_id, user_id, created_at desc, id);
create index api_keys_team on api_keys (organization_id, team_id);
select install_tenant_isolation('api_keys');
create policy looked_up on api_keys for select to litemaas_lookup using ((select true));
grant select, insert, update, delete on api_keys to litemaas_app;
grant select on api_keys to litemaas_lookup;
select allow_platform('api_keys', 'select');
grant update (synced_version, sync_state, last_used_at) on api_keys to litemaas_platform;

-- One or two live secrets per key: the second during a rotation's overlap.
create table api_key_secrets (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  api_key_id uuid not null,
  -- HMAC-SHA-256 under the pepper of `pepper_version`; the secret itself is nowhere.
  digest bytea not null,
  pepper_version text not null,
  hint text not null,
  -- SHA-256 of the secret: the name under which the proxy knows it.
  litellm_token_hash text not null,
  valid_until timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint api_key_secrets_pkey primary key (organization_id, id),
  constraint api_key_secrets_digest_key unique (digest),
  constraint api_key_secrets_key_fkey foreign key (organization_id, api_key_id) references api_keys (organization_id, id) on delete cascade
);
create index api_key_secrets_key on api_key_secrets (organization_id, api_key_id);
create index api_key_secrets_token_hash on api_key_secrets (litellm_token_hash);
select install_tenant_isolation('api_key_secrets');
create policy looked_up on api_key_secrets to litemaas_lookup using ((select true)) with check ((select true));
grant select, insert, update on api_key_secrets to litemaas_app;
grant select, update on api_key_secrets to litemaas_lookup;
select allow_platform('api_key_secrets', 'select');

create table api_key_models (
  organization_id uuid not null,
  api_key_id uuid not null,
  model_id uuid not null,
  subscription_id uuid not null,
  rpm_limit integer constraint api_key_models_rpm_limit check (rpm_limit >= 0),
  tpm_limit integer constraint api_key_models_tpm_limit check (tpm_limit >= 0),
  constraint api_key_models_pkey primary key (organization_id, api_key_id, model_id),
  constraint api_key_models_key_fkey foreign key (organization_id, api_key_id) references api_keys (organization_id, id) on delete cascade,
  constraint api_key_models_subscription_fkey foreign key (organization_id, subscription_id) references subscriptions (organization_id, id),
  constraint api_key_models_model_fkey foreign key (model_id) references models (id)
);
create index api_key_models_subscription on api_key_models (organization_id, subscription_id);
create index api_key_models_model_id on api_key_models (model_id);
select install_tenant_isolation('api_key_models');
grant select, insert, update, delete on api_key_models to litemaas_app;
select allow_platform('api_key_models', 'select');

-- By the digest of a presented key: whose it is and whether it may be used now. Several digests (current and previous
-- pepper) may be asked at once.
create function lookup.find_api_key(secret_digests bytea[])
  returns table (organization_id uuid, id uuid, secret_id uuid, user_id uuid, team_id uuid, pepper_version text,
    litellm_token_hash text, is_usable boolean, usable_until timestamptz, platform_role text, organization_role text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select k.organization_id, k.id, s.id, k.user_id, k.team_id, s.pepper_version, s.litellm_token_hash,
    s.revoked_at is null and k.revoked_at is null and not k.is_disabled and u.status = 'active' and m.status = 'active'
      and o.status = 'active',
    least(k.expires_at, s.valid_until), u.platform_role, m.role
  from api_key_secrets s
  join api_keys k on k.organization_id = s.organization_id and k.id = s.api_key_id
  join users u on u.id = k.user_id
  join memberships m on m.organization_id = k.organization_id and m.user_id = k.user_id
  join organizations o on o.id = k.organization_id
  where s.digest = any (secret_digests)
$$;
alter function lookup.find_api_key(bytea[]) owner to litemaas_lookup;
revoke all on function lookup.find_api_key(bytea[]) from public;
grant execute on function lookup.find_api_key(bytea[]) to litemaas_app;

-- Re-digests a secret under the current pepper when it is presented. Names the row by the old digest.
create function lookup.redigest_api_key(old_digest bytea, new_digest bytea, new_pepper_version text) returns void
  language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update api_key_secrets set digest = new_digest, pepper_version = new_pepper_version where digest = old_digest
$$;
alter function lookup.redigest_api_key(bytea, bytea, text) owner to litemaas_lookup;
revoke all on function lookup.redigest_api_key(bytea, bytea, text) from public;
grant execute on function lookup.redigest_api_key(bytea, bytea, text) to litemaas_app;

-- Keys as administrators see them: which limits they set, from where a key may call, what LiteLLM has lost, and whose a key
-- was that is gone.

alter table api_keys
  -- Limits that an administrator has set, by field; the owner may narrow them and never widen them.
  add column admin_limits jsonb not null default '{}',
  -- CIDR blocks; empty: from everywhere.
  add column allowed_ips text[] not null default '{}' constraint api_keys_allowed_ips check (cardinality(allowed_ips) <= 50),
  -- The expiry that its owner was reminded of; another expiry is another reminder.
  add column reminded_of timestamptz,
  add constraint api_keys_tags check (cardinality(tags) <= 20);
create index api_keys_expiring on api_keys (expires_at) where expires_at is not null and revoked_at is null;
create index api_keys_created on api_keys (organization_id, created_at desc, id);
grant update (reminded_of) on api_keys to litemaas_platform;

-- Set once LiteLLM has lost the key of a secret whose value nobody knows any more. Rotation heals it.
alter table api_key_secrets add column lost_at timestamptz;
grant update (lost_at) on api_key_secrets to litemaas_platform;

-- Keys that were deleted for good. What was used with them stays attributed by their id.
create table deleted_api_keys (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  team_id uuid,
  name text not null,
  key_hint text not null,
  created_at timestamptz not null,
  deleted_at timestamptz not null,
  deleted_by uuid,
  constraint deleted_api_keys_pkey primary key (organization_id, id),
  constraint deleted_api_keys_member_fkey foreign key (organization_id, user_id) references memberships (organization_id, user_id)
);
create index deleted_api_keys_member on deleted_api_keys (organization_id, user_id);
select install_tenant_isolation('deleted_api_keys');
grant select, insert on deleted_api_keys to litemaas_app;
select allow_platform('deleted_api_keys', 'select');

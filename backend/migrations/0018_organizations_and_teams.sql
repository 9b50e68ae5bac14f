-- Organizations and teams as people work with them: limits, allowed models, invitations, and endings that keep the past.

-- Which models of the catalogue an organization may see, and how fast all of its keys together may be. Null: no limit here.
alter table organizations
  add column is_restricted_to_list boolean not null default false,
  add column rpm_limit integer constraint organizations_rpm_limit check (rpm_limit >= 0),
  add column tpm_limit integer constraint organizations_tpm_limit check (tpm_limit >= 0),
  add column max_parallel_requests integer constraint organizations_max_parallel_requests check (max_parallel_requests >= 0);
-- An organization may call itself what it likes; limits, models and whether it works at all are platform administration's.
create policy current_organization_change on organizations for update to litemaas_app
  using (id = (select nullif(current_setting('app.organization_id', true), '')::uuid))
  with check (id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
grant update (name, updated_at, version) on organizations to litemaas_app;

-- The models of an organization that is restricted to a list; without that restriction nobody looks here.
create table organization_models (
  organization_id uuid not null,
  model_id uuid not null,
  created_at timestamptz not null default now(),
  constraint organization_models_pkey primary key (organization_id, model_id),
  constraint organization_models_organization_fkey foreign key (organization_id) references organizations (id),
  constraint organization_models_model_fkey foreign key (model_id) references models (id)
);
create index organization_models_model on organization_models (model_id);
select install_tenant_isolation('organization_models');
grant select on organization_models to litemaas_app;
select allow_platform('organization_models', 'select, insert, delete');
-- What an organization may use no longer is taken off its keys in the same transaction.
grant delete on api_key_models to litemaas_platform;
grant update (desired_version, is_disabled, version, updated_at) on api_keys to litemaas_platform;

-- Who has left or was removed stays as a row, because keys, subscriptions and usage refer to it.
alter table memberships
  add column removed_at timestamptz,
  add constraint memberships_removed_is_disabled check (removed_at is null or status = 'disabled');

alter table teams
  add column description text not null default '' constraint teams_description_length check (length(description) <= 1000),
  add column rpm_limit integer constraint teams_rpm_limit check (rpm_limit >= 0),
  add column tpm_limit integer constraint teams_tpm_limit check (tpm_limit >= 0),
  add column max_parallel_requests integer constraint teams_max_parallel_requests check (max_parallel_requests >= 0),
  add column archived_at timestamptz,
  add constraint teams_default_stays check (archived_at is null or not is_default);
-- An archived team keeps its name and leaves it to others.
alter table teams drop constraint teams_name_key;
create unique index teams_live_name_key on teams (organization_id, name) where archived_at is null;

alter table team_members add column version integer not null default 1;

-- Invitations by link. Only the digest of the link's token is stored; each is good for one person, once.
create table invitations (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  digest bytea not null constraint invitations_digest_length check (length(digest) >= 16),
  -- Named: only for whoever's verified address it is.
  email text constraint invitations_email_length check (length(email) <= 320),
  role text not null constraint invitations_role check (role in ('admin', 'manager', 'member', 'viewer')),
  team_ids uuid[] not null default '{}',
  created_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  accepted_at timestamptz,
  accepted_by uuid,
  constraint invitations_pkey primary key (organization_id, id),
  constraint invitations_digest_key unique (digest),
  constraint invitations_organization_fkey foreign key (organization_id) references organizations (id),
  constraint invitations_creator_fkey foreign key (created_by) references users (id),
  constraint invitations_accepter_fkey foreign key (accepted_by) references users (id),
  constraint invitations_accepted_by_somebody check ((accepted_at is null) = (accepted_by is null)),
  constraint invitations_one_end check (accepted_at is null or revoked_at is null)
);
create index invitations_created_at on invitations (organization_id, created_at desc, id);
create index invitations_created_by on invitations (created_by);
create index invitations_accepted_by on invitations (accepted_by);
select install_tenant_isolation('invitations');
create policy looked_up on invitations for select to litemaas_lookup using ((select true));
grant select, insert, update on invitations to litemaas_app;
grant select on invitations to litemaas_lookup;
select allow_platform('invitations', 'select, insert');

-- Whoever holds a link asks before they belong to the organization: what it offers, while it can still be accepted.
create function lookup.find_invitation(token_digest bytea)
  returns table (organization_id uuid, organization_name text, id uuid, role text, email text, expires_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select o.id, o.name, i.id, i.role, i.email, i.expires_at
  from invitations i join organizations o on o.id = i.organization_id
  where i.digest = token_digest and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
    and o.status = 'active'
$$;
alter function lookup.find_invitation(bytea) owner to litemaas_lookup;
revoke all on function lookup.find_invitation(bytea) from public;
grant execute on function lookup.find_invitation(bytea) to litemaas_app;


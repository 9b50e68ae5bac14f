-- People as administrators see them, what the identity provider says of them later on, and the limits of a person.

-- 'departed': the identity provider knows them no longer. As good as disabled for every door, until they sign in again.
alter table users drop constraint users_status;
alter table users add constraint users_status check (status in ('active', 'disabled', 'departed'));
alter table users add column theme text constraint users_theme check (theme in ('light', 'dark', 'system'));
-- Which rules gave the platform role when the groups were last read: two that disagree are a warning to administrators.
alter table users add column role_sources text[] not null default '{}';
alter table users add column role_checked_at timestamptz;
-- One place to look for a piece of a name. The line break keeps a needle from matching over the edge of two names.
alter table users add column search_text text not null
  generated always as (lower(username || chr(10) || display_name || chr(10) || coalesce(email, ''))) stored;
grant update (theme) on users to litemaas_app;

-- What the provider calls its own session, so that it can end ours.
alter table sessions add column provider_sid text constraint sessions_provider_sid_length check (length(provider_sid) <= 255);
create index sessions_provider_sid on sessions (provider_sid) where provider_sid is not null;

-- With which the groups of a person are read again: a refresh token, or OpenShift's access token. One per identity, not per
-- session: keys go on working without a session, and must end when the provider forgets the person. AES-256-GCM.
create table provider_grants (
  identity_id uuid not null,
  sealed bytea not null,
  -- Of tokens that end by themselves; then nothing is known until the next sign-in.
  expires_at timestamptz,
  due_at timestamptz not null,
  -- Rises with each exchange and sign-in: an answer to an older token counts for nothing.
  version integer not null default 1,
  constraint provider_grants_pkey primary key (identity_id),
  constraint provider_grants_identity_fkey foreign key (identity_id) references identities (id) on delete cascade
);
create index provider_grants_due_at on provider_grants (due_at);
alter table provider_grants enable row level security;
alter table provider_grants force row level security;
-- Written at sign-in by its owner. The inner select runs under the policy of identities, which shows one's own only.
create policy own on provider_grants to litemaas_app
  using (exists (select from identities where identities.id = provider_grants.identity_id))
  with check (exists (select from identities where identities.id = provider_grants.identity_id));
grant select, insert, update, delete on provider_grants to litemaas_app;
select allow_platform('provider_grants', 'select, update, delete');

-- A logout token counts once: repeated later, it would end a session that began since.
create table logout_tokens (
  digest bytea not null,
  expires_at timestamptz not null,
  constraint logout_tokens_pkey primary key (digest)
);
create index logout_tokens_expires_at on logout_tokens (expires_at);
alter table logout_tokens enable row level security;
alter table logout_tokens force row level security;
select allow_platform('logout_tokens', 'select, insert, delete');

-- Limits of a person in an organization, over all their keys. Null: none at this level. Zero: nothing is allowed.
alter table memberships
  add column rpm_limit integer constraint memberships_rpm_limit check (rpm_limit >= 0),
  add column tpm_limit integer constraint memberships_tpm_limit check (tpm_limit >= 0),
  add column max_parallel_requests integer constraint memberships_max_parallel_requests check (max_parallel_requests >= 0);

-- When a person stops or comes back, their keys are told to the proxy in all of their organizations at once.
grant update (desired_version, version, updated_at) on api_keys to litemaas_platform;

-- The trail of one person, newest first.
create index audit_logs_actor on audit_logs (organization_id, actor_id, at desc, id desc);

-- What new people get (settings, section users), whichever way they join: signing in, by invitation, from an outside issuer.
create policy looked_up on settings for select to litemaas_lookup using ((select true));
grant select on settings to litemaas_lookup;
create policy looked_up on budgets for insert to litemaas_lookup with check ((select true));
grant insert on budgets to litemaas_lookup;

create function lookup.apply_user_defaults() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  defaults jsonb;
begin
  select value into defaults from settings where key = 'section:users';
  if defaults is null then
    return new;
  end if;
  if tg_when = 'BEFORE' then
    new.rpm_limit := coalesce(new.rpm_limit, (defaults ->> 'rpmLimit')::integer);
    new.tpm_limit := coalesce(new.tpm_limit, (defaults ->> 'tpmLimit')::integer);
    new.max_parallel_requests := coalesce(new.max_parallel_requests, (defaults ->> 'maxParallelRequests')::integer);
  elsif defaults ->> 'maxBudget' is not null then
    -- US dollars on the wire, nano-USD here.
    insert into budgets (organization_id, level, subject_id, limit_nano, duration, reset_at)
      values (new.organization_id, 'user', new.user_id, round((defaults ->> 'maxBudget')::numeric * 1000000000)::bigint,
        defaults ->> 'budgetDuration', next_budget_reset(defaults ->> 'budgetDuration', now()))
      on conflict do nothing;
  end if;
  return new;
end $$;
alter function lookup.apply_user_defaults() owner to litemaas_lookup;
revoke all on function lookup.apply_user_defaults() from public;
create trigger defaults before insert on memberships for each row execute function lookup.apply_user_defaults();
create trigger default_budget after insert on memberships for each row execute function lookup.apply_user_defaults();

-- A piece of a name, among the people of the current organization. Under row-level security the same condition costs a
-- hundred times more: what is not leakproof is asked only after the policy, row by row. Without an organization: nobody.
create function lookup.search_people(needle text) returns table (id uuid)
  language sql stable security definer rows 50 set search_path = pg_catalog, public, pg_temp as $$
  select u.id from memberships m join users u on u.id = m.user_id
  where m.organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid)
    and strpos(u.search_text, lower(needle)) > 0
$$;

-- As before, and: the rules that gave the role are kept, somebody who had departed is back, new people get the configured
-- role in the default organization. From here on the transaction is this person's, so that their session can be opened in it.
drop function lookup.sign_in_identity(text, text, text, text, boolean, text, text, boolean, text, text);
create function lookup.sign_in_identity(
    identity_issuer text, identity_subject text, new_username text, new_email text, new_email_verified boolean,
    new_display_name text, new_platform_role text, new_role_sources text[], join_default boolean, from_address text,
    from_request text)
  returns table (user_id uuid, user_status text, has_returned boolean, identity_id uuid)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person uuid;
  identity uuid;
  person_status text;
  old_status text;
  old_role text;
  created boolean := false;
  joined integer := 0;
  home uuid;
begin
  -- Two first sign-ins of one person at once: the second waits here and finds the first one's rows.
  perform pg_advisory_xact_lock(hashtextextended(identity_issuer || chr(31) || identity_subject, 0));
  select i.user_id, i.id, u.status, u.platform_role into person, identity, old_status, old_role
    from identities i join users u on u.id = i.user_id
    where i.issuer = identity_issuer and i.subject = identity_subject
    for no key update of u;
  -- The provider vouches for them again, so they are known again; what an administrator has disabled stays so.
  person_status := case when old_status = 'disabled' then 'disabled' else 'active' end;
  if person is null then
    created := true;
    insert into users (username, email, is_email_verified, display_name, platform_role, role_sources, role_checked_at, last_sign_in_at)
      values (new_username, new_email, new_email_verified, new_display_name, new_platform_role, new_role_sources, now(), now())
      returning users.id into person;
    insert into identities (user_id, issuer, subject) values (person, identity_issuer, identity_subject)
      returning identities.id into identity;
  elsif person_status = 'active' then
    update users set username = new_username, email = new_email, is_email_verified = new_email_verified, status = 'active',
      platform_role = new_platform_role, role_sources = new_role_sources, role_checked_at = now(), last_sign_in_at = now(),
      updated_at = now(),
      version = users.version + case when status <> 'active' or users.platform_role <> new_platform_role then 1 else 0 end
      where users.id = person;
    update identities set last_seen_at = now() where identities.id = identity;
  end if;
  if person_status = 'active' and join_default then
    select o.id into home from organizations o where o.is_default;
    insert into memberships (organization_id, user_id, role)
      values (home, person, coalesce((select value ->> 'organizationRole' from settings where key = 'section:users'), 'member'))
      on conflict on constraint memberships_user_key do nothing;
    get diagnostics joined = row_count;
    insert into team_members (organization_id, team_id, user_id)
      select t.organization_id, t.id, person from teams t where t.organization_id = home and t.is_default
        and exists (select from memberships m where m.organization_id = home and m.user_id = person and m.status = 'active')
      on conflict on constraint team_members_pkey do nothing;
  end if;
  if created or (person_status = 'active' and old_role is distinct from new_platform_role) then
    insert into audit_logs (organization_id, category, action, actor_kind, actor_id, door, address, request_id,
        resource_type, resource_id, before, after)
      values ('00000000-0000-4000-8000-000000000000', 'identity', case when created then 'user.created' else 'user.role_changed' end,
        'person', person, 'session', from_address, from_request, 'user', person::text,
        case when created then null else jsonb_build_object('platformRole', old_role) end,
        jsonb_build_object('platformRole', new_platform_role, 'issuer', identity_issuer));
  end if;
  if old_status = 'departed' then
    insert into audit_logs (organization_id, category, action, actor_kind, actor_id, door, address, request_id,
        resource_type, resource_id, before, after)
      values ('00000000-0000-4000-8000-000000000000', 'identity', 'user.returned', 'person', person, 'session', from_address,
        from_request, 'user', person::text, jsonb_build_object('status', old_status), jsonb_build_object('status', 'active'));
  end if;
  if created or joined > 0
     or (person_status = 'active' and (old_status = 'departed' or old_role is distinct from new_platform_role)) then
    perform pg_notify('identity_changed', 'user:' || person);
  end if;
  if person_status = 'active' then
    perform set_config('app.user_id', person::text, true);
  end if;
  return query select person, person_status, coalesce(old_status = 'departed', false), identity;
end $$;

do $$
declare f regprocedure;
begin
  foreach f in array array[
    'lookup.search_people(text)',
    'lookup.sign_in_identity(text, text, text, text, boolean, text, text, text[], boolean, text, text)']::regprocedure[]
  loop
    execute format('alter function %s owner to litemaas_lookup', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to litemaas_app', f);
  end loop;
end $$;

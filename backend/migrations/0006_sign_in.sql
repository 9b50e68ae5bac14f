-- What the application may ask before it knows an organization. Owned by litemaas_lookup, pinned search_path.

create function lookup.find_session(session_digest bytea)
  returns table (id uuid, user_id uuid, current_organization_id uuid, created_at timestamptz, last_seen_at timestamptz,
    rotated_at timestamptz, idle_expires_at timestamptz, expires_at timestamptz, user_status text, platform_role text,
    organization_role text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.id, s.user_id, s.current_organization_id, s.created_at, s.last_seen_at, s.rotated_at, s.idle_expires_at,
    s.expires_at, u.status, u.platform_role,
    (select m.role from memberships m join organizations o on o.id = m.organization_id and o.status = 'active'
      where m.organization_id = s.current_organization_id and m.user_id = s.user_id and m.status = 'active')
  from sessions s join users u on u.id = s.user_id
  where s.digest = session_digest
$$;

-- The same by the session's id, for the `sid` of a short-lived token. The id is no secret by itself: the token is signed.
create function lookup.find_session_by_id(session_id uuid)
  returns table (id uuid, user_id uuid, current_organization_id uuid, created_at timestamptz, last_seen_at timestamptz,
    rotated_at timestamptz, idle_expires_at timestamptz, expires_at timestamptz, user_status text, platform_role text,
    organization_role text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select f.* from sessions s, lookup.find_session(s.digest) f where s.id = session_id
$$;

create function lookup.find_identity(identity_issuer text, identity_subject text)
  returns table (user_id uuid, user_status text, platform_role text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.id, u.status, u.platform_role from identities i join users u on u.id = i.user_id
  where i.issuer = identity_issuer and i.subject = identity_subject
$$;

create function lookup.list_my_memberships(member_user_id uuid)
  returns table (organization_id uuid, organization_name text, is_default boolean, role text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select o.id, o.name, o.is_default, m.role
  from memberships m join organizations o on o.id = m.organization_id
  where m.user_id = member_user_id and m.status = 'active' and o.status = 'active'
  order by o.is_default desc, o.name, o.id
$$;

-- The only one that writes: called after a provider has vouched for (issuer, subject). Links by exactly that pair,
-- never by e-mail. A new person joins the default organization and team when the installation wants that.
create function lookup.sign_in_identity(
    identity_issuer text, identity_subject text, new_username text, new_email text, new_email_verified boolean,
    new_display_name text, new_platform_role text, join_default boolean, from_address text, from_request text)
  returns table (user_id uuid, user_status text, is_new boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person uuid;
  person_status text;
  old_role text;
  created boolean := false;
  home uuid;
begin
  -- Two first sign-ins of one person at once: the second waits here and finds the first one's rows.
  perform pg_advisory_xact_lock(hashtextextended(identity_issuer || chr(31) || identity_subject, 0));
  select i.user_id, u.status, u.platform_role into person, person_status, old_role
    from identities i join users u on u.id = i.user_id
    where i.issuer = identity_issuer and i.subject = identity_subject;
  if person is null then
    created := true;
    person_status := 'active';
    insert into users (username, email, is_email_verified, display_name, platform_role, last_sign_in_at)
      values (new_username, new_email, new_email_verified, new_display_name, new_platform_role, now())
      returning users.id into person;
    insert into identities (user_id, issuer, subject) values (person, identity_issuer, identity_subject);
  elsif person_status = 'active' then
    update users set username = new_username, email = new_email, is_email_verified = new_email_verified,
      platform_role = new_platform_role, last_sign_in_at = now(), updated_at = now() where users.id = person;
    update identities set last_seen_at = now() where identities.issuer = identity_issuer and identities.subject = identity_subject;
  end if;
  if person_status = 'active' and join_default then
    select o.id into home from organizations o where o.is_default;
    insert into memberships (organization_id, user_id) values (home, person)
      on conflict on constraint memberships_user_key do nothing;
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
    perform pg_notify('identity_changed', 'user:' || person);
  end if;
  return query select person, person_status, created;
end $$;

do $$
declare f regprocedure;
begin
  foreach f in array array[
    'lookup.find_session(bytea)', 'lookup.find_session_by_id(uuid)', 'lookup.find_identity(text, text)',
    'lookup.list_my_memberships(uuid)',
    'lookup.sign_in_identity(text, text, text, text, boolean, text, text, boolean, text, text)']::regprocedure[]
  loop
    execute format('alter function %s owner to litemaas_lookup', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to litemaas_app', f);
  end loop;
end $$;

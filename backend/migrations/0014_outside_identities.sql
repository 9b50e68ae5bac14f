-- People whom an outside issuer vouches for, created at first use where the issuer's configuration says `provision: member`.
-- Links by exactly (issuer, subject), never by e-mail; joins exactly the organization that is named, which must exist and
-- be active. It neither re-enables anybody nor changes the role of a membership that is there.
create function lookup.provision_outside_identity(
    identity_issuer text, identity_subject text, new_username text, new_email text, new_display_name text,
    home uuid, new_role text, from_address text, from_request text)
  returns table (user_id uuid, user_status text, platform_role text)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person uuid;
  person_status text;
  person_role text;
  joined integer;
begin
  if not exists (select from organizations o where o.id = home and o.status = 'active') then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(identity_issuer || chr(31) || identity_subject, 0));
  select i.user_id, u.status, u.platform_role into person, person_status, person_role
    from identities i join users u on u.id = i.user_id
    where i.issuer = identity_issuer and i.subject = identity_subject;
  if person is null then
    person_status := 'active';
    person_role := 'user';
    insert into users (username, email, display_name) values (new_username, new_email, new_display_name)
      returning users.id into person;
    insert into identities (user_id, issuer, subject) values (person, identity_issuer, identity_subject);
    insert into audit_logs (organization_id, category, action, actor_kind, actor_id, door, address, request_id,
        resource_type, resource_id, after)
      values ('00000000-0000-4000-8000-000000000000', 'identity', 'user.created', 'person', person, 'outsideToken', from_address,
        from_request, 'user', person::text, jsonb_build_object('platformRole', 'user', 'issuer', identity_issuer));
  end if;
  if person_status = 'active' then
    insert into memberships (organization_id, user_id, role) values (home, person, new_role)
      on conflict on constraint memberships_user_key do nothing;
    get diagnostics joined = row_count;
    if joined > 0 then
      insert into team_members (organization_id, team_id, user_id)
        select t.organization_id, t.id, person from teams t where t.organization_id = home and t.is_default
        on conflict on constraint team_members_pkey do nothing;
      insert into audit_logs (organization_id, category, action, actor_kind, actor_id, door, address, request_id,
          resource_type, resource_id, after)
        values (home, 'identity', 'membership.created', 'person', person, 'outsideToken', from_address, from_request,
          'membership', person::text, jsonb_build_object('role', new_role, 'issuer', identity_issuer));
      perform pg_notify('identity_changed', 'user:' || person);
    end if;
  end if;
  return query select person, person_status, person_role;
end $$;

alter function lookup.provision_outside_identity(text, text, text, text, text, uuid, text, text, text) owner to litemaas_lookup;
revoke all on function lookup.provision_outside_identity(text, text, text, text, text, uuid, text, text, text) from public;
grant execute on function lookup.provision_outside_identity(text, text, text, text, text, uuid, text, text, text) to litemaas_app;

-- A session's id is renewed every day, and a person comes back to the organization where they last worked.

-- Requests under way while the id is renewed still carry the old one; it is good for one more minute.
alter table sessions add column previous_digest bytea;
create unique index sessions_previous_digest on sessions (previous_digest) where previous_digest is not null;

alter table users add column last_organization_id uuid
  constraint users_last_organization_fkey references organizations (id);
create index users_last_organization_id on users (last_organization_id);
grant update (last_organization_id) on users to litemaas_app;

create or replace function lookup.find_session(session_digest bytea)
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
    or (s.previous_digest = session_digest and s.rotated_at > now() - interval '1 minute')
$$;

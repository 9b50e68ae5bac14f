-- What the installation shows to people: announcements, and its own face. Both belong to the platform, not to an organization.

create table banners (
  id uuid not null default gen_random_uuid(),
  severity text not null constraint banners_severity check (severity in ('info', 'success', 'warning', 'danger')),
  -- Markdown by language; `en` is always there.
  texts jsonb not null,
  link_url text constraint banners_link_url_length check (length(link_url) <= 2000),
  link_texts jsonb,
  starts_at timestamptz,
  ends_at timestamptz,
  -- Empty: everybody.
  platform_roles text[] not null default '{}',
  organization_roles text[] not null default '{}',
  -- Also shown to those who have not signed in.
  is_public boolean not null default false,
  -- Null: it cannot be put away.
  dismiss_hours integer constraint banners_dismiss_hours check (dismiss_hours between 1 and 8760),
  is_enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint banners_pkey primary key (id),
  constraint banners_schedule check (ends_at > starts_at)
);
alter table banners enable row level security;
alter table banners force row level security;
create policy readable on banners for select to litemaas_app using ((select true));
grant select on banners to litemaas_app;
select allow_platform('banners', 'select, insert, update, delete');

create table banner_dismissals (
  banner_id uuid not null,
  user_id uuid not null,
  until timestamptz not null,
  constraint banner_dismissals_pkey primary key (banner_id, user_id),
  constraint banner_dismissals_banner_fkey foreign key (banner_id) references banners (id) on delete cascade,
  constraint banner_dismissals_user_fkey foreign key (user_id) references users (id)
);
create index banner_dismissals_user_id on banner_dismissals (user_id);
alter table banner_dismissals enable row level security;
alter table banner_dismissals force row level security;
create policy own on banner_dismissals to litemaas_app
  using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))
  with check (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select, insert, update on banner_dismissals to litemaas_app;
select allow_platform('banner_dismissals', 'select, delete');

create table branding_images (
  slot text not null constraint branding_images_slot check (slot in ('login-logo', 'header-logo-light', 'header-logo-dark')),
  media_type text not null,
  content bytea not null constraint branding_images_size check (length(content) <= 2097152),
  digest text not null,
  updated_at timestamptz not null default now(),
  constraint branding_images_pkey primary key (slot)
);
alter table branding_images enable row level security;
alter table branding_images force row level security;
create policy readable on branding_images for select to litemaas_app using ((select true));
grant select on branding_images to litemaas_app;
select allow_platform('branding_images', 'select, insert, update, delete');

-- Creates of the platform's own things are repeatable, too.
grant insert, update on idempotency_keys to litemaas_platform;

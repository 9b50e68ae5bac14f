-- Budgets at every level, with warnings, temporary increases, corrections and a history.

-- The level above all organizations is one row of the platform's own organization.
alter table budgets drop constraint budgets_level;
alter table budgets drop constraint budgets_duration;
alter table budgets
  add constraint budgets_level check (level in ('key', 'key_model', 'user', 'team', 'organization', 'platform')),
  add constraint budgets_platform check (level <> 'platform' or organization_id = '00000000-0000-4000-8000-000000000000'),
  add constraint budgets_duration check (duration in ('1d', '7d', '1mo', '1y')),
  -- Passing it warns; it stops nothing.
  add column soft_limit_nano bigint constraint budgets_soft_limit check (soft_limit_nano between 0 and 9000000000000000),
  -- One increase at a time. It ends by itself: every reservation compares the moment.
  add column increase_nano bigint not null default 0 constraint budgets_increase check (increase_nano >= 0),
  add column increase_until timestamptz,
  -- The sum of the corrections of the present window: what was spent is what was used plus this.
  add column adjusted_nano bigint not null default 0,
  -- The highest threshold that was told in the present window.
  add column warned_percent smallint not null default 0,
  add column is_soft_limit_told boolean not null default false,
  add column updated_at timestamptz not null default now();
grant update (soft_limit_nano, increase_nano, increase_until, adjusted_nano, warned_percent, is_soft_limit_told, updated_at)
  on budgets to litemaas_app;

-- For reservations of the platform's budget: in which organization the key is that they were made for.
alter table reservations add column key_organization_id uuid;

create or replace function next_budget_reset(duration text, at timestamptz) returns timestamptz language sql immutable as $$
  select case duration
    when '1d' then date_trunc('day', at at time zone 'UTC') + interval '1 day'
    when '7d' then date_trunc('week', at at time zone 'UTC') + interval '7 days'
    when '1mo' then date_trunc('month', at at time zone 'UTC') + interval '1 month'
    when '1y' then date_trunc('year', at at time zone 'UTC') + interval '1 year'
  end at time zone 'UTC'
$$;

-- The beginning of the window that ends then.
create function budget_window_start(duration text, ends_at timestamptz) returns timestamptz language sql immutable as $$
  select (ends_at at time zone 'UTC' - case duration
    when '1d' then interval '1 day'
    when '7d' then interval '7 days'
    when '1mo' then interval '1 month'
    when '1y' then interval '1 year'
  end) at time zone 'UTC'
$$;

-- Windows that are over, as they ended. A window without spending leaves no row.
create table budget_windows (
  organization_id uuid not null,
  budget_id uuid not null,
  ended_at timestamptz not null,
  started_at timestamptz not null,
  limit_nano bigint,
  spent_nano bigint not null,
  adjusted_nano bigint not null,
  constraint budget_windows_pkey primary key (organization_id, budget_id, ended_at),
  constraint budget_windows_budget_fkey foreign key (organization_id, budget_id)
    references budgets (organization_id, id) on delete cascade
);
create index budget_windows_ended_at on budget_windows (ended_at);
select install_tenant_isolation('budget_windows');
grant select, insert on budget_windows to litemaas_app;
select allow_platform('budget_windows', 'select, insert, delete');

-- Whoever moves a budget on to its next window closes the old one, whichever statement it is. A window is over when its end
-- moves on although its length stays, or when it had ended before its length was changed.
create function close_budget_window() returns trigger language plpgsql as $$
begin
  if old.duration is distinct from new.duration and old.reset_at > now() then
    return new;
  end if;
  if old.spent_nano > 0 or old.adjusted_nano <> 0 then
    insert into budget_windows (organization_id, budget_id, started_at, ended_at, limit_nano, spent_nano, adjusted_nano)
    values (old.organization_id, old.id, greatest(budget_window_start(old.duration, old.reset_at), old.created_at), old.reset_at,
      old.limit_nano, old.spent_nano, old.adjusted_nano)
    on conflict do nothing;
  end if;
  new.adjusted_nano := 0;
  return new;
end $$;
create trigger close_budget_window before update of reset_at on budgets for each row
  when (old.reset_at is not null and new.reset_at is distinct from old.reset_at) execute function close_budget_window();

-- Temporary increases, past and present; the one that counts now stands in the budget's own row.
create table budget_increases (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  budget_id uuid not null,
  amount_nano bigint not null constraint budget_increases_amount check (amount_nano between 1 and 9000000000000000),
  reason text not null constraint budget_increases_reason check (length(reason) between 1 and 500),
  created_by uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Withdrawn before its time.
  ended_at timestamptz,
  ended_by uuid,
  constraint budget_increases_pkey primary key (organization_id, id),
  constraint budget_increases_budget_fkey foreign key (organization_id, budget_id)
    references budgets (organization_id, id) on delete cascade
);
create index budget_increases_budget on budget_increases (organization_id, budget_id, created_at desc);
select install_tenant_isolation('budget_increases');
grant select, insert on budget_increases to litemaas_app;
grant update (ended_at, ended_by) on budget_increases to litemaas_app;
select allow_platform('budget_increases', 'select');

-- Corrections of what was spent: `reset` forgives it, `opening` counts what was used in the window before the budget was made.
create table budget_adjustments (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  budget_id uuid not null,
  kind text not null constraint budget_adjustments_kind check (kind in ('reset', 'opening')),
  amount_nano bigint not null,
  reason text constraint budget_adjustments_reason check (length(reason) <= 500),
  actor_id uuid,
  at timestamptz not null,
  constraint budget_adjustments_pkey primary key (organization_id, id),
  constraint budget_adjustments_budget_fkey foreign key (organization_id, budget_id)
    references budgets (organization_id, id) on delete cascade
);
create index budget_adjustments_budget on budget_adjustments (organization_id, budget_id, at);
select install_tenant_isolation('budget_adjustments');
grant select, insert on budget_adjustments to litemaas_app;
select allow_platform('budget_adjustments', 'select');

-- The platform's budget binds everybody, and only platform administrators see its amounts. Others learn that it exists, and
-- how much of it is used.
create policy platform_looked_up on budgets for select to litemaas_lookup using ((select true));
grant select on budgets to litemaas_lookup;
create function lookup.find_platform_budget(at timestamptz)
  returns table (id uuid, used_permille bigint, duration text, is_limited boolean)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select b.id,
    case when b.limit_nano is null then 0 when b.limit_nano + b.extra <= b.spent then 1000
      else b.spent * 1000 / (b.limit_nano + b.extra) end,
    b.duration, b.limit_nano is not null
  from (
    select *, case when reset_at <= at then 0 else spent_nano end as spent,
      case when increase_until > at then increase_nano else 0 end as extra
    from budgets where organization_id = '00000000-0000-4000-8000-000000000000' and level = 'platform') b
$$;
alter function lookup.find_platform_budget(timestamptz) owner to litemaas_lookup;
revoke all on function lookup.find_platform_budget(timestamptz) from public;
grant execute on function lookup.find_platform_budget(timestamptz) to litemaas_app;

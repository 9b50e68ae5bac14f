-- Since when each budget counts, and from which amount: what the nightly check adds calls up from.
alter table budgets
  add column counted_since timestamptz not null default now(),
  add column counted_from_nano bigint not null default 0 constraint budgets_counted_from check (counted_from_nano >= 0);
select for_each_organization('update budgets set counted_from_nano = spent_nano');

-- A window that is over starts from nothing where it ended. Whatever else moves `spent_nano` than a booking (a correction,
-- an opening sum) is somebody's act, on record elsewhere, and counting goes on from there.
create function note_budget_restart() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.reset_at is distinct from old.reset_at and old.reset_at <= clock_timestamp() + interval '10 seconds' then
    new.counted_since := old.reset_at;
    new.counted_from_nano := 0;
  else
    new.counted_since := clock_timestamp();
    new.counted_from_nano := new.spent_nano;
  end if;
  return new;
end $$;
-- Fires after close_budget_window, whose work it sees; bookings pass it by.
create trigger note_budget_restart before update on budgets for each row
  when (new.spent_nano < old.spent_nano or new.adjusted_nano <> old.adjusted_nano
    or (new.reset_at is distinct from old.reset_at and old.reset_at <= clock_timestamp() + interval '10 seconds'))
  execute function note_budget_restart();

-- Single calls are kept for as long as the settings say, by whole months; daily sums stay.

-- Drops the monthly partitions that ended more than `months` months before this one began. A partition goes as a whole, in
-- no time and without dead rows; what lies outside of every month needs a person and is not touched. Fewer than three
-- months are refused, whoever asks: budgets and the nightly check read that far back.
create function drop_old_usage_partitions(months integer) returns text[]
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  oldest_kept text;
  partition_name text;
  dropped text[] := '{}';
begin
  if months is null or months < 3 then
    raise exception 'at least three months of usage are kept' using errcode = 'invalid_parameter_value';
  end if;
  oldest_kept := 'usage_logs_' || to_char(date_trunc('month', timezone('UTC', now())) - make_interval(months => months), 'YYYY_MM');
  for partition_name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.usage_logs'::regclass and c.relname ~ '^usage_logs_\d{4}_\d{2}$' and c.relname < oldest_kept
    order by c.relname
  loop
    execute format('drop table public.%I', partition_name);
    dropped := dropped || partition_name;
  end loop;
  return dropped;
end $$;
revoke all on function drop_old_usage_partitions(integer) from public;
grant execute on function drop_old_usage_partitions(integer) to litemaas_platform;

-- What reading usage needs: daily sums by team and outcome, measured times that can be added up, and indexes for people
-- who look at more than their own calls.

-- Times are kept as histograms, because percentiles of days cannot be added up and counts can. Bucket n holds the whole
-- milliseconds from bound n up to, and without, bound n + 1; bucket 0 holds zero. Up to 20 ms each value has its own
-- bucket, above a bucket is at most a tenth of its lower bound wide, so its middle is within 5 % of what was measured.
-- The last one begins above an hour. The bounds never change: what is stored is counted by them.
create function latency_bounds() returns integer[] language sql immutable parallel safe as $$
  select '{
    1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,22,24,26,28,30,33,36,39,42,46,50,55,60,66,72,79,86,94,103,113,
    124,136,149,163,179,196,215,236,259,284,312,343,377,414,455,500,550,605,665,731,804,884,972,1069,1175,1292,1421,
    1563,1719,1890,2079,2286,2514,2765,3041,3345,3679,4046,4450,4895,5384,5922,6514,7165,7881,8669,9535,10488,11536,
    12689,13957,15352,16887,18575,20432,22475,24722,27194,29913,32904,36194,39813,43794,48173,52990,58289,64117,70528,
    77580,85338,93871,103258,113583,124941,137435,151178,166295,182924,201216,221337,243470,267817,294598,324057,
    356462,392108,431318,474449,521893,574082,631490,694639,764102,840512,924563,1017019,1118720,1230592,1353651,
    1489016,1637917,1801708,1981878,2180065,2398071,2637878,2901665,3191831,3511014,3862115
  }'::integer[]
$$;

create function latency_bucket(milliseconds integer) returns integer language sql immutable parallel safe as $$
  select width_bucket(milliseconds, latency_bounds())
$$;

-- The middle of a bucket, in milliseconds.
create function latency_of_bucket(bucket integer) returns double precision language sql immutable parallel safe as $$
  select case
    when bucket < 1 then 0
    when bucket >= cardinality(latency_bounds()) then (latency_bounds())[cardinality(latency_bounds())]
    else ((latency_bounds())[bucket] + (latency_bounds())[bucket + 1] - 1) / 2.0
  end::double precision
$$;

-- Calls per bucket. The array begins at the first bucket and ends at the last one with calls, null is none: a key with few
-- calls a day keeps a few bytes. Null when there is nothing to count.
create function latency_histogram(milliseconds integer[]) returns integer[] language plpgsql immutable parallel safe as $$
declare
  histogram integer[];
  bucket integer;
  one integer;
begin
  foreach one in array coalesce(milliseconds, '{}') loop
    continue when one is null;
    bucket := latency_bucket(one);
    histogram[bucket] := coalesce(histogram[bucket], 0) + 1;
  end loop;
  return histogram;
end $$;

-- The cost follows the spread of `more`, which is small when a flush adds a few calls to a long day.
create function add_latencies(histogram integer[], more integer[]) returns integer[] language plpgsql immutable parallel safe as $$
begin
  if more is null then return histogram; end if;
  if histogram is null then return more; end if;
  for bucket in array_lower(more, 1)..array_upper(more, 1) loop
    if more[bucket] is not null then
      histogram[bucket] := coalesce(histogram[bucket], 0) + more[bucket];
    end if;
  end loop;
  return histogram;
end $$;

-- The team is the key's at the time of the call, so it cannot be looked up later: keys change teams and are deleted.
-- The outcome makes every sum exact under a filter by outcome, and keeps times of failures out of those of answers.
alter table usage_daily
  add column team_id uuid,
  add column outcome text not null default 'success' constraint usage_daily_outcome check (outcome in ('success', 'error', 'cancelled')),
  -- How many of the calls have a measured duration; `duration_ms` is their sum.
  add column duration_calls bigint not null default 0,
  -- Streamed calls only: of others, the first byte is the whole answer.
  add column first_token_ms bigint not null default 0,
  add column first_token_calls bigint not null default 0,
  add column duration_histogram integer[],
  add column first_token_histogram integer[];
alter table usage_daily drop constraint usage_daily_pkey;

-- Rebuilds the sums from the calls. Days whose calls are not all there any more keep what they have, without times.
select for_each_organization($$
  with sums as (
    select organization_id, (at at time zone 'UTC')::date as day, user_id, api_key_id, model_id, team_id, outcome,
      max(model_name) as model_name, count(*) as requests, count(*) filter (where outcome = 'error') as errors,
      sum(prompt_tokens) as prompt_tokens, sum(cached_prompt_tokens) as cached_prompt_tokens,
      sum(completion_tokens) as completion_tokens, sum(cost_nano) as cost_nano, coalesce(sum(duration_ms), 0) as duration_ms,
      count(duration_ms) as duration_calls,
      coalesce(sum(time_to_first_token_ms) filter (where is_stream), 0) as first_token_ms,
      count(time_to_first_token_ms) filter (where is_stream) as first_token_calls,
      latency_histogram(array_agg(duration_ms)) as duration_histogram,
      latency_histogram(array_agg(time_to_first_token_ms) filter (where is_stream)) as first_token_histogram
    from usage_logs group by 1, 2, 3, 4, 5, 6, 7
  ), counted as (
    select organization_id, day, user_id, api_key_id, model_id, sum(requests) as requests from sums group by 1, 2, 3, 4, 5
  ), covered as (
    select c.* from counted c join usage_daily d using (organization_id, day, user_id, api_key_id, model_id)
    where c.requests = d.requests
  ), removed as (
    delete from usage_daily d using covered c
    where (d.organization_id, d.day, d.user_id, d.api_key_id, d.model_id)
      = (c.organization_id, c.day, c.user_id, c.api_key_id, c.model_id)
  )
  insert into usage_daily (organization_id, day, user_id, api_key_id, model_id, team_id, outcome, model_name, requests, errors,
    prompt_tokens, cached_prompt_tokens, completion_tokens, cost_nano, duration_ms, duration_calls, first_token_ms,
    first_token_calls, duration_histogram, first_token_histogram)
  select s.organization_id, s.day, s.user_id, s.api_key_id, s.model_id, s.team_id, s.outcome, s.model_name, s.requests, s.errors,
    s.prompt_tokens, s.cached_prompt_tokens, s.completion_tokens, s.cost_nano, s.duration_ms, s.duration_calls,
    s.first_token_ms, s.first_token_calls, s.duration_histogram, s.first_token_histogram
  from sums s join covered c using (organization_id, day, user_id, api_key_id, model_id)
$$);
alter table usage_daily alter column outcome drop default;
-- Not a primary key, because a call may have no team; two such rows are the same all the same.
alter table usage_daily add constraint usage_daily_key
  unique nulls not distinct (organization_id, day, user_id, api_key_id, model_id, team_id, outcome);

-- One key's days; whoever looks at a key may not know its owner.
create index usage_daily_key_days on usage_daily (organization_id, api_key_id, day);
-- Across organizations: the days of a period, and the newest calls. Days arrive in order, so a summary of blocks is enough.
create index usage_daily_day on usage_daily using brin (day) with (pages_per_range = 32);
create index usage_logs_at on usage_logs (at desc, id desc);
-- Somebody reports a call by the id that its answer carried.
create index usage_logs_request on usage_logs (request_id);
-- Few calls fail, and these are looked for.
create index usage_logs_failures on usage_logs (organization_id, at desc, id desc) where outcome <> 'success';

-- Copies of the installation's databases: which there are, and what was found when they were tried. The files lie beside
-- the database, never in it. A restore leaves this table as it is, so it refers to nothing that may be exchanged.

create table backups (
  -- The job's own id.
  id uuid not null,
  -- In whose queue the job stands.
  job_organization_id uuid not null,
  source text not null constraint backups_source check (source in ('litemaas', 'litellm')),
  note text constraint backups_note_length check (length(note) <= 500),
  file_name text not null constraint backups_file_name check (file_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{1,150}$'),
  created_by uuid,
  created_at timestamptz not null default now(),
  -- Set together, when the file is whole.
  finished_at timestamptz,
  bytes bigint,
  sha256 text,
  manifest jsonb,
  rows_total bigint,
  tested_at timestamptz,
  test_result text constraint backups_test_result check (test_result in ('passed', 'failed')),
  test_message text constraint backups_test_message_length check (length(test_message) <= 500),
  constraint backups_pkey primary key (id),
  constraint backups_file_name_key unique (file_name),
  constraint backups_finished check (num_nonnulls(finished_at, bytes, sha256, manifest, rows_total) in (0, 5)),
  constraint backups_tested check ((tested_at is null) = (test_result is null))
);
create index backups_created_at on backups (created_at desc, id);
alter table backups enable row level security;
alter table backups force row level security;
select allow_platform('backups', 'select, insert, update, delete');

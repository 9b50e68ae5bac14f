import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { cloneDatabase, startWorld, type TestDatabase, type World } from '#test'
import { writeBackup } from '#platform/backup'
import { TableSnapshot } from '#platform/database'
import { addMember, clientOf, DEFAULT_ORGANIZATION, type Member } from '../../../test/support/people.ts'
import { Belongings, catalogueOf } from '../../../test/support/requests.ts'
import { EXCLUDED } from './kept-tables.ts'
import { adoptAsNew, nameOfInstallation, restoreBackup, restoreLiteLLM } from './restore.ts'

const NASTY = 'line\nbreak \\. \\N "quoted" \'x\' tab\tand 👩‍👩‍👧‍👦 {a,"b"} \\'
const keys = { current: randomBytes(32).toString('base64') }

let world: World
let ann: Member
let carl: Member
let folder: string
let path: string
let kept: Record<string, string>
let revokedKey: Record<string, string>
let deletedKey: Record<string, string>

/** Digest of every table that a backup holds, read by the backup role. */
async function digests(database: TestDatabase): Promise<Record<string, string>> {
  const file = join(folder, `digest-${randomBytes(4).toString('hex')}`)
  return Object.fromEntries((await backup(database, file)).tables.map(({ name, sha256 }) => [name, sha256]))
}
async function backup(database: TestDatabase, file: string) {
  const { manifest } = await writeBackup({
    url: database.backupUrl,
    excluded: EXCLUDED,
    keys,
    path: file,
    facts: {
      source: 'litemaas',
      installation: await nameOfInstallation(database.ownerUrl),
      createdAt: new Date().toISOString(),
    },
    signal: new AbortController().signal,
    onTable: () => undefined,
  })
  return manifest
}
const asSuperuser = async <T extends pg.QueryResultRow>(
  database: TestDatabase,
  text: string,
  values: unknown[] = [],
) => {
  const client = new pg.Client({ connectionString: database.superuserUrl })
  await client.connect()
  try {
    return (await client.query<T>(text, values)).rows
  } finally {
    await client.end()
  }
}
/** Everything about the catalogue that a restore loosens for a moment. */
const rules = (database: TestDatabase) =>
  asSuperuser<{ rule: string }>(
    database,
    `select c.relname || ' ' || c.relrowsecurity || ' ' || c.relforcerowsecurity as rule from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated from pg_constraint where connamespace = 'public'::regnamespace
     union all select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal
     union all select p::text from pg_policies p
     union all select relname || ' ' || coalesce(relacl::text, '') from pg_class where relnamespace = 'public'::regnamespace
     order by 1`,
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'litemaas-restore-'))
  path = join(folder, 'backup')
  world = await startWorld()
  const belongings = new Belongings(world, await catalogueOf(world))
  ann = await addMember(world)
  carl = await addMember(world)
  kept = await belongings.apiKey(ann)
  const bob = await addMember(world)
  revokedKey = await belongings.apiKey(bob)
  const eve = await addMember(world)
  deletedKey = await belongings.apiKey(eve)
  await world.query('update users set display_name = left($2, 200) where id = $1', [ann.userId, NASTY])
  await world.query(
    `insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation,
       outcome, status_code, cost_nano, tags, metadata)
     select $1, now(), n::text, 'gateway', $2, $2, $2, $3, 'chat', 'success', 200, 9223372036854775807, array[$3, 'NULL', ''],
       jsonb_build_object('text', $3::text) from generate_series(1, 500) n`,
    [DEFAULT_ORGANIZATION, ann.userId, NASTY],
  )
  for (const name of ['kept', 'disabled', 'deleted'])
    await world.query(
      `insert into service_clients (organization_id, client_id, name, scopes) values ($1, $2, $2, '{usage:read}')`,
      [DEFAULT_ORGANIZATION, name],
    )
  await world.app.close()
  await world.query(
    `update litellm_intents set state = 'pending', secret = 'x' where id = (select id from litellm_intents order by sequence limit 1)`,
  )
  await world.query(`insert into jobs (organization_id, kind, created_by) values ($1, 'test.never', $2)`, [
    DEFAULT_ORGANIZATION,
    ann.userId,
  ])
  await backup(world.database, path)
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a backup that does not fit', () => {
  const refusal = async (file: string, confirmation?: string) => {
    const before = await digests(world.database)
    const { ownerUrl } = world.database
    const name = confirmation ?? (await nameOfInstallation(ownerUrl))
    const error = await restoreBackup({ path: file, ownerUrl, keys, confirmation: name }).then(
      () => undefined,
      (reason: Error) => reason.message,
    )
    expect(await digests(world.database)).toEqual(before)
    return error
  }

  it('is refused while servers are connected, without the name, and when it was cut; nothing changes', async () => {
    expect(await refusal(path, 'somebody else')).toContain('confirm with that name')
    const bytes = await readFile(path)
    const cut = join(folder, 'cut')
    await writeFile(cut, bytes.subarray(0, -200))
    expect(await refusal(cut)).toMatch(/cut off|damaged/)
    const server = new pg.Client({ connectionString: world.database.appUrl })
    await server.connect()
    expect(await refusal(path)).toContain('stop them first')
    await server.end()
  })

  it('is refused when its schema is an older or a newer one', async () => {
    await world.query(`insert into schema_migrations (name, checksum) values ('9999_later.sql', 'x')`)
    expect(await refusal(path)).toContain('older schema')
    const newer = join(folder, 'newer')
    await backup(world.database, newer)
    await world.query(`delete from schema_migrations where name = '9999_later.sql'`)
    expect(await refusal(newer)).toContain('newer schema')
    await world.query('alter table users add column surprise text')
    expect(await refusal(path)).toContain('users(')
    await world.query('alter table users drop column surprise')
  })
})

describe('a restore', () => {
  it('into a wiped database gives every row back, and every rule', { timeout: 60_000 }, async () => {
    const fresh = await cloneDatabase(world.database.superuserUrl)
    try {
      // A month that this database has not.
      await asSuperuser(
        fresh,
        `do $$ begin execute 'drop table ' || (
        select inhrelid::regclass from pg_inherits where inhparent = 'usage_logs'::regclass order by inhrelid limit 1); end $$`,
      )
      const before = (await rules(fresh)).length
      const { ownerUrl } = fresh
      const report = await restoreBackup({
        path,
        ownerUrl,
        keys,
        confirmation: await nameOfInstallation(ownerUrl),
      })
      expect(report).toMatchObject({ installation: report.manifest.installation, forgotten: { jobs: 1 } })
      const there = await digests(fresh)
      const changed = report.manifest.tables.filter(({ name, sha256 }) => there[name] !== sha256)
      expect(changed.map(({ name }) => name)).toEqual(['audit_logs', 'jobs', 'litellm_intents'])
      expect((await rules(fresh)).length).toBeGreaterThan(before)
      expect(await rules(fresh)).toEqual(await rules(world.database))
      const [row] = await asSuperuser<{ name: string; misplaced: number }>(
        fresh,
        `select display_name as name, (select count(*)::int from usage_logs_elsewhere) as misplaced from users where id = $1`,
        [ann.userId],
      )
      expect(row).toEqual({ name: NASTY, misplaced: 0 })
      const next = await asSuperuser<{ isFresh: boolean }>(
        fresh,
        `select nextval(pg_get_serial_sequence('audit_logs', 'sequence')) > (select max(sequence) from audit_logs) as "isFresh"`,
      )
      expect(next[0]?.isFresh).toBe(true)
    } finally {
      await fresh.drop()
    }
  })

  it(
    'keeps revoked what was revoked since, ends every session, and does nothing a second time',
    { timeout: 60_000 },
    async () => {
      await clientOf(world, ann)
      await world.query('update api_keys set revoked_at = now() where id = $1', [revokedKey['id']])
      await world.query('delete from api_keys where id = $1', [deletedKey['id']])
      await world.query(`update service_clients set is_disabled = true where name = 'disabled'`)
      await world.query(`delete from service_clients where name = 'deleted'`)
      await world.query(`update users set status = 'disabled' where id = $1`, [carl.userId])
      await world.query('delete from usage_logs')
      const { ownerUrl } = world.database
      const confirmation = await nameOfInstallation(ownerUrl)
      const report = await restoreBackup({ path, ownerUrl, keys, confirmation })
      expect(report).toMatchObject({
        withdrawn: { keys: 2, people: 1, clients: 2 },
        forgotten: { intents: 1, jobs: 1 },
      })
      expect(await world.query('select from sessions')).toHaveLength(0)
      expect(await world.query('select from usage_logs')).toHaveLength(500)
      expect(
        await world.query(`select from litellm_intents where state <> 'done' or secret is not null`),
      ).toHaveLength(0)
      expect(await world.query(`select from audit_logs where action = 'backup.restored'`)).toHaveLength(1)
      const server = await world.startServer()
      const statusOf = async (key: string | undefined) =>
        (await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status
      expect(await statusOf(kept['key'])).toBe(200)
      expect(await statusOf(revokedKey['key'])).toBe(401)
      expect(await statusOf(deletedKey['key'])).toBe(401)
    },
  )

  it('of a copy takes another name', async () => {
    const copy = await cloneDatabase(world.database.superuserUrl)
    try {
      const { ownerUrl } = copy
      const confirmation = await nameOfInstallation(ownerUrl)
      const report = await restoreBackup({ path, ownerUrl, keys, confirmation, isNewInstallation: true })
      expect(report.installation).not.toBe(report.manifest.installation)
      const renamed = await adoptAsNew(ownerUrl)
      expect(await nameOfInstallation(ownerUrl)).toBe(renamed)
      expect(renamed).not.toBe(report.installation)
    } finally {
      await copy.drop()
    }
  })
})

it('LiteLLM’s own database comes back, too', async () => {
  const other = await cloneDatabase(world.database.superuserUrl)
  try {
    // As Prisma makes tables: names in quotes, no row-level security, a role of its own.
    const name = other.superuserUrl
    await asSuperuser(
      other,
      `drop schema public cascade; create schema public; drop schema lookup cascade;
       create table "LiteLLM_TeamTable" (team_id text primary key, "createdAt" timestamp(3) default now());
       create table "LiteLLM_VerificationToken" (token text primary key, team_id text references "LiteLLM_TeamTable", metadata jsonb default '{}', models text[]);
       insert into "LiteLLM_TeamTable" values ('Ä'), ('b');
       insert into "LiteLLM_VerificationToken" values ('t1', 'Ä', '{"a": "line\\nbreak"}', array['x,"y"', null])`,
    )
    const file = join(folder, 'litellm')
    const facts = { source: 'litellm', installation: 'x', createdAt: new Date().toISOString() }
    const { manifest } = await writeBackup({
      url: name,
      excluded: [],
      keys,
      path: file,
      facts,
      signal: new AbortController().signal,
      onTable: () => undefined,
    })
    expect(manifest.tables.map((table) => [table.name, table.rows])).toEqual([
      ['LiteLLM_TeamTable', 2],
      ['LiteLLM_VerificationToken', 1],
    ])
    await asSuperuser(other, `truncate "LiteLLM_TeamTable" cascade`)
    const options = { path: file, ownerUrl: name, keys }
    await expect(restoreLiteLLM({ ...options, confirmation: 'no' })).rejects.toThrow('confirm')
    await expect(restoreBackup({ ...options, confirmation: 'litellm' })).rejects.toThrow('not ours')
    expect((await restoreLiteLLM({ ...options, confirmation: 'litellm' })).rows).toBe(3)
    expect(
      await asSuperuser(other, `select models from "LiteLLM_VerificationToken" where team_id = 'Ä'`),
    ).toEqual([{ models: ['x,"y"', null] }])
  } finally {
    await other.drop()
  }
})

it('sees one moment, whatever is written meanwhile', async () => {
  const snapshot = await TableSnapshot.open(world.database.backupUrl, EXCLUDED)
  try {
    await world.query('delete from usage_logs')
    const table = snapshot.shape.tables.find(({ name }) => name === 'usage_logs')
    let text = ''
    if (table) for await (const chunk of snapshot.read(table)) text += String(chunk)
    expect(text.trimEnd().split('\n')).toHaveLength(500)
  } finally {
    await snapshot.close()
  }
})

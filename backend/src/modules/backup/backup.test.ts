import { randomUUID } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client, eventually, startWorld, type World } from '#test'
import { readBackup } from '#platform/backup'
import { assertBackupRole, TableSnapshot } from '#platform/database'
import { addMember, clientOf, DEFAULT_ORGANIZATION, openSession } from '../../../test/support/people.ts'

const NASTY = 'line\nbreak \\. \\N "quoted" \'x\' tab\tand 👩‍👩‍👧‍👦 {a,"b"} \\'
const PATIENCE = 60_000

let world: World
let root: Client
let rootToken: string
let directory: string
let keys: { current: string }
let backupId: string

const finished = (id: string) =>
  eventually(async () => {
    const { data } = (await root.get(`/api/v1/jobs/${id}`)).body
    expect(['succeeded', 'failed']).toContain(data.status)
    return data
  }, PATIENCE)
const path = '/api/v1/admin/backups'
const fileOf = async (id: string) =>
  join(directory, (await root.get(`${path}/${id}`)).body.data.fileName as string)
const auditOf = async (id: string) =>
  (
    await world.query<{ action: string }>(
      'select action from audit_logs where resource_id = $1 order by sequence',
      [id],
    )
  ).map(({ action }) => action)

beforeAll(async () => {
  world = await startWorld()
  const { token } = await openSession(world, await addMember(world, { platformRole: 'admin' }))
  rootToken = token
  root = new Client(world.url, { authorization: `Bearer ${token}` })
  directory = world.app.config.BACKUP_DIRECTORY ?? ''
  keys = { current: world.app.config.ENCRYPTION_KEY }
  const ann = await addMember(world)
  await world.query('update users set display_name = left($2, 200) where id = $1', [ann.userId, NASTY])
  await world.query(
    `insert into usage_logs (organization_id, at, request_id, source, user_id, api_key_id, model_id, model_name, operation,
       outcome, status_code, cost_nano, tags, metadata)
     select $1, now(), n::text, 'gateway', $2, $2, $2, $3, 'chat', 'success', 200, 9223372036854775807, array[$3, 'NULL', ''],
       jsonb_build_object('text', $3::text) from generate_series(1, 3000) n`,
    [DEFAULT_ORGANIZATION, ann.userId, NASTY],
  )
})
afterAll(() => world.close())

describe('a backup', () => {
  it('is made by a job, with what every table held at one moment', { timeout: PATIENCE * 2 }, async () => {
    const started = await root.post(path, { note: 'before the move' })
    expect(started.status).toBe(202)
    backupId = started.body.data.id
    expect(started.headers.get('location')).toBe(`/api/v1/jobs/${backupId}`)
    const job = await finished(backupId)
    expect(job).toMatchObject({ status: 'succeeded', error: null })
    const { data } = (await root.get(`${path}/${backupId}`)).body
    expect(data).toMatchObject({
      status: 'ready',
      note: 'before the move',
      source: 'litemaas',
      testResult: null,
    })
    const rowsOf = (name: string) => data.tables.find((table: { name: string }) => table.name === name)?.rows
    expect(rowsOf('usage_logs')).toBe(3000)
    const [row] = await world.query<{ count: number }>('select count(*)::int as count from users')
    expect(rowsOf('users')).toBe(row?.count)
    for (const name of [
      'sessions',
      'login_attempts',
      'provider_grants',
      'events',
      'backups',
      'schema_migrations',
    ])
      expect(rowsOf(name)).toBeUndefined()
    const tables = await world.query(
      `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'`,
    )
    expect(data.tables).toHaveLength(tables.length - 9)
    expect(await auditOf(backupId)).toEqual(['backup.requested'])
  })

  it('is one private file that tells nothing without the key', async () => {
    const file = await fileOf(backupId)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toHaveLength(1)
    const bytes = await readFile(file)
    for (const text of ['litemaas_owner', 'organization_id', 'Default organization', 'users'])
      expect(bytes.includes(text)).toBe(false)
    await expect(readBackup(file, { current: 'another key of at least 32 characters' })).rejects.toThrow(
      'ENCRYPTION_KEY',
    )
    expect(
      await readBackup(file, { current: 'a newer key of at least 32 characters', previous: keys.current }),
    ).toMatchObject({
      source: 'litemaas',
    })
  })

  it('is listed, and downloaded as it is, on record', async () => {
    const listed = await root.get(`${path}?source=litemaas&status=ready&sort=-bytes`)
    expect(listed.body.pagination.total).toBe(1)
    expect((await root.get(`${path}?status=failed`)).body.data).toEqual([])
    const response = await fetch(`${world.url}${path}/${backupId}/download`, {
      headers: { authorization: `Bearer ${rootToken}` },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="litemaas-.*\.backup"$/,
    )
    expect(Buffer.from(await response.arrayBuffer()).equals(await readFile(await fileOf(backupId)))).toBe(
      true,
    )
    expect(await auditOf(backupId)).toContain('backup.downloaded')
  })

  it('is proven by loading it beside the living tables', { timeout: PATIENCE * 2 }, async () => {
    const started = await root.post(`${path}/${backupId}/test-restore`)
    expect(started.status).toBe(202)
    expect(await finished(started.body.data.id)).toMatchObject({ status: 'succeeded', error: null })
    expect((await root.get(`${path}/${backupId}`)).body.data).toMatchObject({
      testResult: 'passed',
      testMessage: null,
    })
  })
})

describe('a file that is not what was written', () => {
  const refused = async (bytes: Buffer): Promise<void> => {
    const file = join(directory, 'copy')
    await writeFile(file, bytes)
    await expect(readBackup(file, keys)).rejects.toMatchObject({ name: 'DamagedBackup' })
  }

  it('is refused wherever it was cut', async () => {
    const bytes = await readFile(await fileOf(backupId))
    for (const length of [0, 5, 40, 100, Math.floor(bytes.length / 2), bytes.length - 17, bytes.length - 1])
      await refused(bytes.subarray(0, length))
    await refused(Buffer.concat([bytes, Buffer.of(0)]))
  })

  it('is refused whichever bit was turned', async () => {
    const bytes = await readFile(await fileOf(backupId))
    for (let place = 0; place < bytes.length; place += Math.ceil(bytes.length / 40)) {
      const copy = Buffer.from(bytes)
      copy[place] = (copy[place] ?? 0) ^ 0x04
      await refused(copy)
    }
  })

  it('fails its test, and the list says so', { timeout: PATIENCE * 2 }, async () => {
    const file = await fileOf(backupId)
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, -100))
    const { body } = await root.post(`${path}/${backupId}/test-restore`)
    const job = await finished(body.data.id)
    expect([job.status, job.error?.code]).toEqual(['failed', 'BACKUP_DAMAGED'])
    expect((await root.get(`${path}/${backupId}`)).body.data.testResult).toBe('failed')
    await writeFile(file, bytes)
  })
})

describe('who may make one', () => {
  it('are platform administrators; read-only ones look', async () => {
    const auditor = await world.as('auditor')
    expect((await auditor.get(path)).status).toBe(200)
    expect((await auditor.get(`${path}/${backupId}/download`)).status).toBe(403)
    expect((await auditor.post(path, {})).status).toBe(403)
    const chief = await clientOf(world, await addMember(world, { role: 'admin' }))
    expect((await chief.get(path)).status).toBe(403)
  })

  it('is no role that sees less than everything, or could change something', async () => {
    await expect(
      TableSnapshot.open(world.database.appUrl, []).then((snapshot) => drained(snapshot, 'audit_logs')),
    ).rejects.toThrow(/row-level security/)
    await expect(assertBackupRole(world.database.appUrl, 'DATABASE_BACKUP_URL')).rejects.toThrow(
      'row-level security',
    )
    await expect(assertBackupRole(world.database.superuserUrl, 'DATABASE_BACKUP_URL')).rejects.toThrow(
      'superuser',
    )
    await assertBackupRole(world.database.backupUrl, 'DATABASE_BACKUP_URL')
  })

  it('is nobody where it is not configured', async () => {
    const refused = await root.post(path, { source: 'litellm' })
    expect([refused.status, refused.body.code]).toEqual([422, 'BACKUP_NOT_CONFIGURED'])
  })
})

describe('a backup', () => {
  it('takes its file along when it is deleted', async () => {
    const file = await fileOf(backupId)
    expect((await root.delete(`${path}/${backupId}`)).status).toBe(204)
    await expect(stat(file)).rejects.toThrow('ENOENT')
    expect((await root.delete(`${path}/${backupId}`)).body.code).toBe('BACKUP_NOT_FOUND')
    expect(await auditOf(backupId)).toContain('backup.deleted')
  })

  it('that was never finished is told from one that is there', async () => {
    const id = randomUUID()
    await world.query(
      `insert into backups (id, job_organization_id, source, file_name) values ($1, $2, 'litemaas', $3)`,
      [id, DEFAULT_ORGANIZATION, `${id}.backup`],
    )
    expect((await root.get(`${path}/${id}`)).body.data.status).toBe('failed')
    expect((await root.get(`${path}/${id}/download`)).body.code).toBe('BACKUP_NOT_READY')
  })
})

async function drained(snapshot: TableSnapshot, name: string): Promise<void> {
  try {
    const table = snapshot.shape.tables.find((one) => one.name === name)
    if (table) for await (const _chunk of snapshot.read(table));
  } finally {
    await snapshot.close()
  }
}

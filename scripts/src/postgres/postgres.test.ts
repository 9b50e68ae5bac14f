import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort, isRunning, startPostgres, type PostgresOptions, type RunningPostgres } from './index.ts'

const PASSWORD = 'p:w/d@ with %'
const isRoot = process.getuid?.() === 0

let home: string
let folder: string
let running: RunningPostgres[]

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({
    dataDirectory: folder,
    password: PASSWORD,
    durable: false,
    ...options,
  })
  running.push(postgres)
  return postgres
}

async function query<Row extends pg.QueryResultRow>(postgres: RunningPostgres, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: postgres.superuserUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'litemaas-postgres-'))
  // As root, PostgreSQL runs as another user, who may walk through but not look around.
  await chmod(home, 0o711)
  folder = join(home, 'cluster')
  running = []
})

afterEach(async () => {
  for (const postgres of running) await postgres.stop()
  await rm(home, { recursive: true, force: true })
})

describe('a cluster', () => {
  test('keeps its data over a restart, with checksums, scram and UTF-8, on loopback alone', async () => {
    const first = await start({ durable: true })
    await query(first, "create table kept as select 'grüße' as word")
    await first.stop()
    const second = await start({ durable: true })
    expect(await query(second, 'select word from kept')).toEqual([{ word: 'grüße' }])
    const settings = await query<{ name: string; setting: string }>(
      second,
      `select name, setting from pg_settings where name in ('data_checksums', 'password_encryption',
       'server_encoding', 'listen_addresses', 'fsync', 'TimeZone')`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      password_encryption: 'scram-sha-256',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      fsync: 'on',
      TimeZone: 'UTC',
    })
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('can be one of many, and forgets durability where it is not wanted', async () => {
    const all = await Promise.all([start(), start({ dataDirectory: join(home, 'other') })])
    expect(new Set(all.map(({ port }) => port)).size).toBe(2)
    for (const postgres of all) expect(await query(postgres, 'show fsync')).toEqual([{ fsync: 'off' }])
  })

  test('accepts an empty folder and leaves nothing else behind', async () => {
    await mkdir(folder)
    await (await start()).stop()
    expect(await readdir(home)).toEqual(['cluster'])
  })

  test.runIf(isRoot)('lies elsewhere when its user may not enter the folder, and says so', async () => {
    await chmod(home, 0o700)
    const postgres = await start({ durable: true })
    expect(postgres.notices.join()).toContain(`may not enter ${home}`)
    expect(postgres.dataDirectory).toMatch(/^\/var\/lib\/litemaas\/[0-9a-f]{16}\/postgres$/)
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
    await postgres.stop()
    await rm(join(postgres.dataDirectory, '..'), { recursive: true })
  })
})

describe('a sentence instead of a riddle', () => {
  test('another password', async () => {
    await (await start()).stop()
    await expect(start({ password: 'another' })).rejects.toThrow(/was made with another password/)
  })

  test('another major version', async () => {
    await (await start()).stop()
    await writeFile(join(folder, 'PG_VERSION'), '16\n')
    await expect(start()).rejects.toThrow(/written by PostgreSQL 16, and this release runs PostgreSQL 18/)
  })

  test('a folder that is no cluster', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'letter.txt'), 'not a database')
    await expect(start()).rejects.toThrow(/is not a PostgreSQL data folder, or is damaged/)
    expect(await readdir(folder)).toEqual(['letter.txt'])
  })

  test('a corrupt folder', async () => {
    await (await start()).stop()
    await truncate(join(folder, 'global', 'pg_control'), 0)
    await expect(start()).rejects.toThrow(/cannot start on its data folder .*pg_control.*restore the folder/)
  })

  test('a port in use', async () => {
    const taken = createServer()
    const port = await freePort()
    await new Promise<void>((done) => taken.listen(port, '127.0.0.1', done))
    await expect(start({ port })).rejects.toThrow(new RegExp(`Port ${String(port)} for PostgreSQL is in use`))
    await new Promise((done) => taken.close(done))
  })
})

describe('after a kill -9', () => {
  const script = (file: string, body: string): string[] => [
    '--input-type=module-typescript',
    '--eval',
    `import { startPostgres } from ${JSON.stringify(file)}
     const postgres = await startPostgres(${body})
     console.log(postgres.port)
     setInterval(() => undefined, 1000)`,
  ]

  async function startInChild(): Promise<{ kill(): Promise<void> }> {
    const file = fileURLToPath(new URL('index.ts', import.meta.url))
    const options = JSON.stringify({ dataDirectory: folder, password: PASSWORD, durable: true })
    const child = spawn(process.execPath, script(file, options), { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = new Promise<void>((done) => child.once('close', () => done()))
    await new Promise((done) => child.stdout.once('data', done))
    return {
      async kill() {
        child.kill('SIGKILL')
        await closed
      },
    }
  }

  const postmaster = async (): Promise<number> => {
    return Number.parseInt(await readFile(join(folder, 'postmaster.pid'), 'utf8'), 10)
  }

  test('of its starter the server stops by itself', async () => {
    const child = await startInChild()
    const pid = await postmaster()
    expect(await isRunning(pid, folder)).toBe(true)
    await child.kill()
    await expect.poll(async () => isRunning(pid, folder), { timeout: 10_000 }).toBe(false)
  })

  test('a start at once stops the one left over, and says so', async () => {
    const child = await startInChild()
    await child.kill()
    const postgres = await start({ durable: true })
    expect(postgres.notices.join()).toContain('had left running')
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a postmaster.pid whose number is somebody else now is no obstacle', async () => {
    const first = await start()
    await first.stop()
    await writeFile(join(folder, 'postmaster.pid'), `${String(process.pid)}\n${folder}\n`)
    const second = await start()
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

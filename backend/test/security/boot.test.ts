import pg from 'pg'
import { composeApp } from '#app'
import { readConfig } from '#plugins'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { freePort } from '@litemaas/scripts/postgres'
import { cloneDatabase, startWorld, type TestDatabase, type World } from '#test'
import { runServerToItsEnd, startServerProcess } from '../support/server-process.ts'

let world: World
let behind: TestDatabase
let environment: Record<string, string>

beforeAll(async () => {
  world = await startWorld()
  behind = await cloneDatabase(inject('superuserUrl'))
  const port = await freePort()
  environment = world.environment(`http://localhost:${port}`, port)
})
afterAll(async () => {
  await behind.drop()
  await world.close()
})

const SECRETS = ['JWT_SECRET', 'SESSION_SECRET', 'KEY_PEPPER', 'ENCRYPTION_KEY']
const SAMPLES = [
  'change-me-change-me-change-me-change-me',
  'your-secret-key-goes-here-at-least-32',
  'secretsecretsecretsecretsecretsecret',
  'a'.repeat(40),
  '0123456789abcdef0123456789abcdef',
]
const random = () => 'vQ8sJ2xLr5TnZ0wKc7HyBdM4gEoPuA1iF3'

interface Wrong {
  readonly what: string
  /** Undefined takes the variable away. */
  readonly set: Readonly<Record<string, string | undefined>>
  /** What the line must name. */
  readonly names: string
}

/** What must stop the boot before anything is connected. */
const wrongs: Wrong[] = [
  ...SECRETS.flatMap((name) => [
    { what: `${name} missing`, set: { [name]: undefined }, names: name },
    { what: `${name} empty`, set: { [name]: '' }, names: name },
    { what: `${name} short`, set: { [name]: 'tooShortA7x9Qm' }, names: name },
  ]),
  ...SAMPLES.map((value, index) => {
    const name = SECRETS[index % SECRETS.length] ?? 'JWT_SECRET'
    return { what: `${name} is the sample ${index + 1}`, set: { [name]: value }, names: name }
  }),
  {
    what: 'two secrets are equal',
    set: { JWT_SECRET: random(), SESSION_SECRET: random() },
    names: 'SESSION_SECRET',
  },
  {
    what: 'OAUTH_CLIENT_SECRET missing',
    set: { OAUTH_CLIENT_SECRET: undefined },
    names: 'OAUTH_CLIENT_SECRET',
  },
  { what: 'LITELLM_API_KEY missing', set: { LITELLM_API_KEY: undefined }, names: 'LITELLM_API_KEY' },
  { what: 'LITELLM_API_KEY well known', set: { LITELLM_API_KEY: 'sk-12345678' }, names: 'LITELLM_API_KEY' },
  { what: 'DATABASE_URL missing', set: { DATABASE_URL: undefined }, names: 'DATABASE_URL' },
  {
    what: 'DATABASE_PLATFORM_URL missing',
    set: { DATABASE_PLATFORM_URL: undefined },
    names: 'DATABASE_PLATFORM_URL',
  },
  { what: 'MOCK_AUTH in production', set: { MOCK_AUTH: 'true', NODE_ENV: 'production' }, names: 'MOCK_AUTH' },
  {
    what: 'MOCK_AUTH with NODE_ENV unset',
    set: { MOCK_AUTH: 'true', NODE_ENV: undefined },
    names: 'MOCK_AUTH',
  },
  { what: 'a boolean in words', set: { MOCK_AUTH: 'yes' }, names: 'MOCK_AUTH' },
  {
    what: 'a plain PUBLIC_URL that is not loopback',
    set: { PUBLIC_URL: 'http://models.example.com' },
    names: 'PUBLIC_URL',
  },
  { what: 'PUBLIC_URL of another protocol', set: { PUBLIC_URL: 'ftp://localhost' }, names: 'PUBLIC_URL' },
  {
    what: 'a plain OAUTH_ISSUER that is not loopback',
    set: { OAUTH_ISSUER: 'http://issuer.example.com' },
    names: 'OAUTH_ISSUER',
  },
  { what: 'a number in words', set: { DATABASE_POOL_MAX: 'many' }, names: 'DATABASE_POOL_MAX' },
  { what: 'broken EXTERNAL_ISSUERS', set: { EXTERNAL_ISSUERS: '{"issuer":' }, names: 'EXTERNAL_ISSUERS' },
  { what: 'trusting every proxy', set: { TRUSTED_PROXIES: 'true' }, names: 'TRUSTED_PROXIES' },
  { what: 'trusting one proxy by number', set: { TRUSTED_PROXIES: '1' }, names: 'TRUSTED_PROXIES' },
  {
    what: 'trusting all addresses',
    set: { TRUSTED_PROXIES: '10.0.0.0/8,0.0.0.0/0' },
    names: 'TRUSTED_PROXIES',
  },
]

function withChanges(set: Wrong['set']): Record<string, string> {
  const given: Record<string, string | undefined> = { ...environment, ...set }
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** One line, in time, that names the variable and shows no value of any secret. */
async function expectRefusal(given: Record<string, string>, names: string): Promise<void> {
  const { exitCode, seconds, output } = await runServerToItsEnd(given)
  expect(exitCode, output).toBe(1)
  // Five seconds on a machine of its own; tests share theirs.
  expect(seconds).toBeLessThan(10)
  expect(output.trim().split('\n').length, output).toBe(1)
  expect(output).toContain(names)
  const secrets = [...SECRETS, 'OAUTH_CLIENT_SECRET', 'LITELLM_API_KEY'].flatMap((name) => given[name] ?? [])
  const passwords = ['DATABASE_URL', 'DATABASE_PLATFORM_URL'].flatMap((name) =>
    given[name] ? [new URL(given[name]).password] : [],
  )
  for (const value of [...secrets, ...passwords].filter((one) => one.length > 5))
    expect(output).not.toContain(value)
}

describe('the server refuses to start', () => {
  /** The process itself for every way in which a secret is wrong, and for the bypass; the rest needs no process. */
  const isStarted = ({ what }: Wrong) =>
    / (missing|short|is the sample)/.test(what)
      ? SECRETS.some((name) => what.startsWith(name))
      : /MOCK_AUTH in production/.test(what)

  it.each(wrongs.filter(isStarted).map((one) => [one.what, one] as const))(
    'with %s',
    { timeout: 30_000 },
    async (_what, { set, names }) => {
      await expectRefusal(withChanges(set), names)
    },
  )

  it.each(wrongs.map((one) => [one.what, one] as const))(
    'or to read its configuration, with %s',
    async (_what, { set, names }) => {
      const given = withChanges(set)
      const read = async () => {
        const app = await composeApp({ config: readConfig(given) })
        await app.close()
      }
      await expect(read()).rejects.toThrow(names)
    },
  )

  it(
    'as a superuser, as the owner, and as a role that may bypass row security',
    { timeout: 60_000 },
    async () => {
      await expectRefusal(withChanges({ DATABASE_URL: world.database.superuserUrl }), 'DATABASE_URL')
      await expectRefusal(withChanges({ DATABASE_URL: world.database.ownerUrl }), 'DATABASE_URL')
      await expectRefusal(
        withChanges({ DATABASE_PLATFORM_URL: world.database.ownerUrl }),
        'DATABASE_PLATFORM_URL',
      )
      await world.query(
        `create role test_bypass login password 'bypass-password-of-this-test' bypassrls in role litemaas_app`,
      )
      try {
        await world.query(`grant connect on database ${world.database.name} to test_bypass`)
        const url = new URL(world.database.appUrl)
        url.username = 'test_bypass'
        url.password = 'bypass-password-of-this-test'
        await expectRefusal(withChanges({ DATABASE_URL: url.toString() }), 'DATABASE_URL')
      } finally {
        await world.query(`revoke connect on database ${world.database.name} from test_bypass`)
        await world.query('drop role test_bypass')
      }
    },
  )

  it('while a migration is missing, or was changed', { timeout: 60_000 }, async () => {
    const client = new pg.Client({ connectionString: behind.superuserUrl })
    await client.connect()
    const urls = { DATABASE_URL: behind.appUrl, DATABASE_PLATFORM_URL: behind.platformUrl }
    try {
      const { rows } = await client.query<{ name: string; checksum: string }>(
        'select name from schema_migrations order by name desc limit 1',
      )
      const last = rows[0]?.name ?? ''
      await client.query(`update schema_migrations set checksum = 'other' where name = $1`, [last])
      await expectRefusal(withChanges(urls), last)
      await client.query('delete from schema_migrations where name = $1', [last])
      await expectRefusal(withChanges(urls), 'npm run db:migrate')
    } finally {
      await client.end()
    }
  })

  it('while PostgreSQL is away', { timeout: 30_000 }, async () => {
    const url = new URL(environment['DATABASE_URL'] ?? '')
    url.port = String(await freePort())
    await expectRefusal(withChanges({ DATABASE_URL: url.toString() }), 'DATABASE_URL')
  })

  it('on a port that is taken', { timeout: 30_000 }, async () => {
    await expectRefusal(withChanges({ PORT: new URL(world.url).port }), new URL(world.url).port)
  })
})

describe('the server starts', () => {
  it(
    'with what these tests leave untouched, and stops with 0 when it is told to',
    { timeout: 60_000 },
    async () => {
      const server = await startServerProcess(world)
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
      expect(await server.stop()).toBe(0)
    },
  )

  it('in production too, without any bypass', { timeout: 60_000 }, async () => {
    const server = await startServerProcess(world, { NODE_ENV: 'production' })
    expect((await fetch(`${server.url}/api/v1/models`)).status).toBe(401)
    expect(await server.stop()).toBe(0)
  })

  it('on a database that knows migrations of a newer version', { timeout: 60_000 }, async () => {
    await world.query(
      `insert into schema_migrations (name, checksum) values ('9999_from_the_future.sql', 'x')`,
    )
    const server = await startServerProcess(world)
    expect(await server.stop()).toBe(0)
  })
})

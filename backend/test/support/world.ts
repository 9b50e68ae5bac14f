import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { FormatRegistry, TypeRegistry } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { inject } from 'vitest'
import {
  demoPeople,
  startIdentityProvider,
  type Person,
  type RunningIdentityProvider,
} from '@litemaas/scripts/identity-provider'
import { startLiteLLMSimulator } from '@litemaas/scripts/litellm-simulator'
import { freePort } from '@litemaas/scripts/postgres'
import { mintToken } from '@litemaas/scripts/sign-in'
import { buildApp } from '#app'
import { readConfig } from '../../src/plugins/env/config.ts'
import { Client } from './client.ts'
import { cloneDatabase, type TestDatabase } from './databases.ts'
import { UndocumentedRefusals } from './undocumented.ts'

export const MASTER_KEY = 'sk-test-world-master-key-27182818'

export interface WorldOptions {
  /** Variables of the server that differ from the world's. */
  readonly config?: Readonly<Record<string, string>>
  /** Besides admin, auditor, alice and bob. */
  readonly people?: readonly Person[]
  readonly profile?: '1.81' | '1.92'
}

/** A running server process's worth of app, on the world's parts. */
export interface Server {
  readonly app: FastifyInstance
  readonly url: string
  close(): Promise<void>
}

/** Everything that the product needs, real: PostgreSQL, an OpenID provider, a LiteLLM over HTTP, and the server itself. */
export interface World extends Server {
  readonly database: TestDatabase
  readonly simulatorUrl: string
  readonly people: Person[]
  readonly identityProvider: RunningIdentityProvider
  /** A signed-in person, by bearer token. Signs in at the first use. */
  as(username: string): Promise<Client>
  /** A script with a key. */
  withKey(key: string): Client
  readonly anonymous: Client
  /** As a superuser, past row-level security: to look at what really is. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** The simulated LiteLLM's own switches, e.g. `simulator('POST', '/simulator/faults', {...})`. */
  simulator(method: string, path: string, body?: unknown): Promise<unknown>
  /** Another server on the same parts. */
  startServer(config?: Readonly<Record<string, string>>): Promise<Server>
  environment(url: string, port: number): Record<string, string>
}

for (const format of ['uuid', 'date-time', 'date', 'uri', 'email'])
  FormatRegistry.Set(format, (value) => value !== '')
TypeRegistry.Set<{ enum?: unknown[] }>('Unsafe', (schema, value) => schema.enum?.includes(value) ?? true)

const randomSecret = () => randomBytes(32).toString('base64url')

/** Holds every typed row against its schema: a wrong alias or a `count(*)` that came as text is an error in tests. */
function inspectRows(
  schema: Parameters<typeof Value.Check>[0],
  rows: readonly unknown[],
  text: string,
): void {
  for (const row of rows) {
    if (Value.Check(schema, row)) continue
    const first = Value.Errors(schema, row).First()
    throw new Error(
      `a row does not fit its schema at ${first?.path ?? '?'}: ${first?.message ?? ''} (${JSON.stringify(first?.value)}) in ${text}`,
    )
  }
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const superuserUrl = inject('superuserUrl')
  const directory = await mkdtemp(join(tmpdir(), 'litemaas-world-'))
  const people: Person[] = [...demoPeople, ...(options.people ?? [])]
  const clientSecret = randomSecret()
  const [database, simulator, provider] = await Promise.all([
    cloneDatabase(superuserUrl),
    startLiteLLMSimulator({
      masterKey: MASTER_KEY,
      databasePath: ':memory:',
      spendLagMs: 200,
      ...(options.profile ? { profile: options.profile } : {}),
    }),
    startIdentityProvider({ dataDirectory: directory, clientId: 'litemaas', clientSecret, people }),
  ])
  const secrets = {
    JWT_SECRET: randomSecret(),
    SESSION_SECRET: randomSecret(),
    KEY_PEPPER: randomSecret(),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  }
  const environment = (url: string, port: number): Record<string, string> => ({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    DATABASE_URL: database.appUrl,
    DATABASE_PLATFORM_URL: database.platformUrl,
    DATABASE_BACKUP_URL: database.backupUrl,
    BACKUP_DIRECTORY: join(directory, 'backups'),
    ...secrets,
    OAUTH_PROVIDER: 'oidc',
    OAUTH_ISSUER: provider.issuer,
    OAUTH_CLIENT_ID: 'litemaas',
    OAUTH_CLIENT_SECRET: clientSecret,
    LITELLM_API_URL: simulator.url,
    LITELLM_API_KEY: MASTER_KEY,
    RECONCILE_INTERVAL_SECONDS: '2',
    SIGN_IN_RATE_LIMIT: '1000',
    REQUEST_RATE_LIMIT: '100000',
    ANONYMOUS_RATE_LIMIT: '100000',
    TRUSTED_PROXIES: '127.0.0.0/8',
    ...options.config,
  })
  const servers: Server[] = []
  const undocumented = new UndocumentedRefusals()
  const startServer = async (config: Readonly<Record<string, string>> = {}): Promise<Server> => {
    const port = await freePort()
    const url = `http://localhost:${port}`
    const app = await buildApp({ config: readConfig({ ...environment(url, port), ...config }), inspectRows })
    undocumented.watch(app)
    await app.listen({ host: '127.0.0.1', port })
    const server = { app, url, close: () => app.close() }
    servers.push(server)
    return server
  }
  const main = await startServer()
  await waitForCatalogue(database.superuserUrl)

  const tokens = new Map<string, Promise<string>>()
  const superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 })
  // The database is dropped under connections that are just being closed.
  superuser.on('connect', (client) => client.on('error', () => undefined))
  superuser.on('error', () => undefined)
  return {
    ...main,
    database,
    simulatorUrl: simulator.url,
    people,
    identityProvider: provider,
    environment,
    startServer,
    anonymous: new Client(main.url),
    withKey: (key) => new Client(main.url, { authorization: `Bearer ${key}` }),
    async as(username) {
      const token = tokens.get(username) ?? mintToken(main.url, username)
      tokens.set(username, token)
      return new Client(main.url, { authorization: `Bearer ${await token}` })
    },
    async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await superuser.query<Row>(text, values)).rows
    },
    async simulator(method, path, body) {
      const response = await fetch(simulator.url + path, {
        method,
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${text}`)
      return text === '' ? undefined : (JSON.parse(text) as unknown)
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()))
      await Promise.all([simulator.close(), provider.close(), superuser.end()])
      await database.drop()
      await rm(directory, { recursive: true, force: true })
      undocumented.expectNone()
    },
  }
}

async function waitForCatalogue(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    await eventually(async () => {
      const { rows } = await client.query<{ count: string }>('select count(*) from models')
      if (rows[0]?.count === '0') throw new Error('the catalogue is still empty')
    })
  } finally {
    await client.end()
  }
}

/** Repeats until it does not throw, or the time is over. */
export async function eventually<T>(work: () => Promise<T> | T, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

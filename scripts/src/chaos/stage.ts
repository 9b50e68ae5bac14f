import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrate, setupDatabase } from '@litemaas/backend/database'
import { startIdentityProvider } from '../identity-provider/index.ts'
import { startChild, type Child } from '../launcher/child.ts'
import { repositoryRoot, serverEntry } from '../launcher/places.ts'
import { mintToken } from '../launcher/sign-in.ts'
import { startLiteLLMSimulator } from '../litellm-simulator/index.ts'
import { freePort, startPostgres } from '../postgres/index.ts'

// The parts that outlive the server, and the one server process whose life is at stake. Unlike the launcher, which
// stops when its server dies, the stage only waits to be told to start it again.

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface Stage {
  readonly url: string
  readonly litellmUrl: string
  /** Bearer token of alice, minted before the first kill. */
  readonly token: string
  startServer(): Promise<void>
  /** SIGKILL: no hook runs, nothing is flushed. Resolves when the process is gone. */
  killServer(): Promise<void>
  /** Past row-level security. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** The simulated LiteLLM, asked with its master key. */
  litellm(method: string, path: string, body?: unknown): Promise<Answer>
  /** Lines of the server's log at level error or worse, and what it printed when it ended by itself. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** Seconds; short, so that what a dead process held is taken over while somebody watches. */
const IMPATIENT = {
  LEASE_SECONDS: '2',
  RESERVATION_TTL_SECONDS: '2',
  RECONCILE_INTERVAL_SECONDS: '2',
  ORPHAN_AGE_SECONDS: '2',
  SIGN_IN_RATE_LIMIT: '1000',
  REQUEST_RATE_LIMIT: '1000000',
  ANONYMOUS_RATE_LIMIT: '1000000',
  MAX_KEYS_PER_PERSON: '10000',
  LOG_LEVEL: 'warn',
}

const secret = (): string => randomBytes(32).toString('base64url')

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'litemaas-chaos-'))
  await chmod(folder, 0o711)
  const masterKey = `sk-${secret()}`
  const clientSecret = secret()
  const [postgres, litellm, provider, port] = await Promise.all([
    startPostgres({ dataDirectory: join(folder, 'postgres'), password: secret(), durable: false }),
    startLiteLLMSimulator({
      masterKey,
      databasePath: join(folder, 'litellm.db'),
      spendLagMs: 250,
      chunkDelayMs: 5,
    }),
    startIdentityProvider({ dataDirectory: join(folder, 'identity'), clientId: 'litemaas', clientSecret }),
    freePort(),
  ])
  const password = secret()
  const as = (role: string): string =>
    `postgres://litemaas_${role}:${password}@127.0.0.1:${String(postgres.port)}/litemaas`
  const { superuserUrl } = postgres
  await setupDatabase({ superuserUrl, ownerUrl: as('owner'), appUrl: as('app'), platformUrl: as('platform') })
  await migrate({ ownerUrl: as('owner') })
  const superuser = new URL(superuserUrl)
  superuser.pathname = '/litemaas'
  const pool = new pg.Pool({ connectionString: superuser.href, max: 3 })
  pool.on('error', () => undefined)

  const url = `http://127.0.0.1:${String(port)}`
  const { PATH = '', HOME = '' } = process.env
  const environment = {
    PATH,
    HOME,
    ...IMPATIENT,
    // Half of a start is compiling; sixty starts need that only once.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${String(port)}`,
    DATABASE_URL: as('app'),
    DATABASE_PLATFORM_URL: as('platform'),
    JWT_SECRET: secret(),
    SESSION_SECRET: secret(),
    KEY_PEPPER: secret(),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    OAUTH_PROVIDER: 'oidc',
    OAUTH_ISSUER: provider.issuer,
    OAUTH_CLIENT_ID: 'litemaas',
    OAUTH_CLIENT_SECRET: clientSecret,
    LITELLM_API_URL: litellm.url,
    LITELLM_API_KEY: masterKey,
  }
  const complaints: string[] = []
  let server: Child | undefined

  const startServer = async (): Promise<void> => {
    const child = startChild({
      script: serverEntry,
      environment,
      workingDirectory: repositoryRoot,
      onLine: (line) => {
        if (/"level":(50|60)/.test(line) || !line.startsWith('{')) complaints.push(line.slice(0, 600))
      },
    })
    server = child
    for (const end = Date.now() + 60_000; ; await sleep(25)) {
      if (child.isEnded() || Date.now() > end)
        throw new Error(`The server did not start:\n${child.lastLines().join('\n')}`)
      if (
        await fetch(`${url}/health/live`).then(
          (response) => response.ok,
          () => false,
        )
      )
        return
    }
  }
  const killServer = async (): Promise<void> => {
    if (server?.isEnded()) throw new Error(`The server ended by itself:\n${server.lastLines().join('\n')}`)
    server?.kill()
    await server?.ended
  }

  await startServer()
  // What was compiled is written when a process ends by itself.
  await server?.stop(10)
  await startServer()
  const token = await mintToken(url, 'alice')
  return {
    url,
    litellmUrl: litellm.url,
    token,
    complaints,
    startServer,
    killServer,
    query: async (text, values = []) => (await pool.query<Record<string, unknown>>(text, values)).rows,
    litellm: async (method, path, body) => request(litellm.url, masterKey, method, path, body),
    async close() {
      await server?.stop(10)
      await Promise.all([pool.end(), litellm.close(), provider.close()])
      await postgres.stop()
      await rm(postgres.dataDirectory, { recursive: true, force: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One call with a bearer credential. Rejects when the connection breaks. */
export async function request(
  url: string,
  credential: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${credential}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

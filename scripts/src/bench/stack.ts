// The gateway as it runs in production, on real parts, with one key on which every check is on.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrate, setupDatabase } from '@litemaas/backend/database'
import { startIdentityProvider } from '../identity-provider/index.ts'
import { stopWithParent } from '../launcher/child.ts'
import { repositoryRoot, serverEntry } from '../launcher/places.ts'
import { startLiteLLMSimulator } from '../litellm-simulator/index.ts'
import { freePort, startPostgres } from '../postgres/index.ts'
import { onCore, SERVER_CORE } from './cores.ts'
import { createKey, type BenchKey } from './key.ts'
import { startPart, type PartProcess } from './part-process.ts'

export interface Stack {
  readonly url: string
  readonly pid: number
  readonly key: BenchKey
  readonly upstream: PartProcess
  readonly superuserUrl: string
  /** Ends the server alone, as an operator would; resolves when it has ended. */
  stopServer(): Promise<void>
  stop(): Promise<void>
}

export interface StackOptions {
  /** Of the parts that are not under test. */
  readonly core: number
  /** Given to Node before the server's file, e.g. `--cpu-prof`. */
  readonly nodeArguments?: readonly string[]
}

const READY_MS = 30_000
const secret = (): string => randomBytes(32).toString('base64url')

/** Runs the steps in reverse order; a failing one does not keep the others from running. */
async function undo(steps: ReadonlyArray<() => Promise<void>>): Promise<void> {
  for (const step of [...steps].reverse()) await step().catch((error: unknown) => console.error(error))
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const cleanUp: Array<() => Promise<void>> = []
  try {
    return await start(options, cleanUp)
  } catch (error) {
    await undo(cleanUp)
    throw error
  }
}

async function start(options: StackOptions, cleanUp: Array<() => Promise<void>>): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'litemaas-bench-'))
  cleanUp.push(() => rm(folder, { recursive: true, force: true }))
  // Durable, as production is: a commit waits for the disk.
  const postgres = await startPostgres({
    dataDirectory: join(folder, 'postgres'),
    password: secret(),
    durable: true,
  })
  cleanUp.push(async () => {
    await postgres.stop()
    await rm(postgres.dataDirectory, { recursive: true, force: true })
  })
  const database = (role: string): string =>
    `postgres://litemaas_${role}:${secret()}@127.0.0.1:${String(postgres.port)}/litemaas`
  const urls = { ownerUrl: database('owner'), appUrl: database('app'), platformUrl: database('platform') }
  await setupDatabase({ superuserUrl: postgres.superuserUrl, ...urls })
  await migrate({ ownerUrl: urls.ownerUrl })

  const masterKey = `sk-${secret()}`
  const simulator = await startLiteLLMSimulator({ masterKey, databasePath: ':memory:' })
  cleanUp.push(() => simulator.close())
  const upstream = await startPart('upstream', simulator.url, options.core)
  cleanUp.push(() => upstream.stop())
  const clientSecret = secret()
  const provider = await startIdentityProvider({ dataDirectory: folder, clientId: 'litemaas', clientSecret })
  cleanUp.push(() => provider.close())

  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}`
  const server = await startServer(
    {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${String(port)}`,
      DATABASE_URL: urls.appUrl,
      DATABASE_PLATFORM_URL: urls.platformUrl,
      JWT_SECRET: secret(),
      SESSION_SECRET: secret(),
      KEY_PEPPER: secret(),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      OAUTH_PROVIDER: 'oidc',
      OAUTH_ISSUER: provider.issuer,
      OAUTH_CLIENT_ID: 'litemaas',
      OAUTH_CLIENT_SECRET: clientSecret,
      LITELLM_API_URL: upstream.url,
      LITELLM_API_KEY: masterKey,
    },
    url,
    join(folder, 'server.log'),
    options.nodeArguments ?? [],
  )
  cleanUp.push(() => server.stop())
  const key = await createKey(url)
  const superuser = new URL(postgres.superuserUrl)
  superuser.pathname = '/litemaas'
  return {
    url,
    pid: server.pid,
    key,
    upstream,
    superuserUrl: superuser.toString(),
    stopServer: () => server.stop(),
    stop: () => undo(cleanUp),
  }
}

async function startServer(
  environment: NodeJS.ProcessEnv,
  url: string,
  logFile: string,
  nodeArguments: readonly string[],
): Promise<{ pid: number; stop(): Promise<void> }> {
  const log = openSync(logFile, 'w')
  const args = [...nodeArguments, '--import', stopWithParent, serverEntry]
  const [command, line] = onCore(SERVER_CORE, process.execPath, args)
  const child = spawn(command, line, {
    cwd: repositoryRoot,
    env: environment,
    stdio: ['ignore', log, log, 'ipc'],
  })
  const ended = once(child, 'exit')
  const isEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  for (const end = Date.now() + READY_MS; ; await sleep(100)) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) break
    if (!isEnded() && Date.now() < end) continue
    child.kill('SIGKILL')
    const words = (await readFile(logFile, 'utf8')).split('\n').slice(-6).join('\n')
    throw new Error(`The server did not get ready. Its last words:\n${words}`)
  }
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (isEnded()) return
      child.kill('SIGTERM')
      await ended
    },
  }
}

// Boots the built server once from a folder that has no `src`: beside the sources a wrong imports map would go unnoticed,
// because `#...` would silently load TypeScript. LiteLLM and the identity provider are away on purpose: a boot survives that.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { migrate, setupDatabase } from '@litemaas/backend/database'
import { freePort, startPostgres } from '../postgres/index.ts'
import { repository } from './run-steps.ts'

const BOOT_SECONDS = 30
const STOP_SECONDS = 30

const secret = (): string => randomBytes(32).toString('base64url')

/** Lays the parts that an installation has, and nothing else, into a folder. */
async function installInto(folder: string): Promise<void> {
  for (const part of ['backend/dist', 'backend/migrations', 'frontend/dist']) {
    await cp(resolve(repository, part), join(folder, part), { recursive: true })
  }
  await symlink(resolve(repository, 'node_modules'), join(folder, 'node_modules'))
}

async function prepareDatabase(superuserUrl: string): Promise<Record<string, string>> {
  const address = new URL(superuserUrl)
  const url = (role: string): string =>
    Object.assign(new URL(address), { username: role, password: secret(), pathname: '/litemaas' }).href
  const [ownerUrl, appUrl, platformUrl] = [
    url('litemaas_owner'),
    url('litemaas_app'),
    url('litemaas_platform'),
  ]
  await setupDatabase({ superuserUrl, ownerUrl, appUrl, platformUrl })
  const { applied } = await migrate({ ownerUrl })
  console.log(`  ${applied.length} migrations applied`)
  return { DATABASE_URL: appUrl, DATABASE_PLATFORM_URL: platformUrl }
}

function ended(server: ChildProcess): Promise<number | null> {
  return new Promise((done) => {
    server.once('exit', (code) => {
      done(code)
    })
  })
}

async function firstAnswer(url: string, exit: Promise<number | null>): Promise<Response> {
  const gone = exit.then((code) => {
    throw new Error(`the server ended with ${String(code)} before it answered`)
  })
  const deadline = Date.now() + BOOT_SECONDS * 1000
  while (Date.now() < deadline) {
    const answer = await Promise.race([fetch(url).catch(() => undefined), gone])
    if (answer !== undefined) return answer
    await Promise.race([wait(100), gone])
  }
  throw new Error(`no answer from ${url} within ${BOOT_SECONDS} s`)
}

async function bootOnce(folder: string, database: Record<string, string>): Promise<void> {
  const [port, nobody] = [await freePort(), await freePort()]
  const base = `http://127.0.0.1:${port}`
  const server = spawn(process.execPath, ['backend/dist/server.js'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing is inherited, so that the boot cannot lean on what this machine happens to have set.
    env: {
      ...database,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      JWT_SECRET: secret(),
      SESSION_SECRET: secret(),
      KEY_PEPPER: secret(),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      OAUTH_PROVIDER: 'oidc',
      OAUTH_ISSUER: `http://127.0.0.1:${nobody}`,
      OAUTH_CLIENT_ID: 'litemaas',
      OAUTH_CLIENT_SECRET: secret(),
      LITELLM_API_URL: `http://127.0.0.1:${nobody}`,
      LITELLM_API_KEY: `sk-${secret()}`,
    },
  })
  let log = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-8000)
    })
  }
  const exit = ended(server)
  try {
    const answer = await firstAnswer(`${base}/health/live`, exit)
    if (answer.status !== 200)
      throw new Error(`/health/live answered ${answer.status}: ${await answer.text()}`)
    console.log('  /health/live answers 200')
    server.kill('SIGTERM')
    const code = await Promise.race([exit, wait(STOP_SECONDS * 1000, 'still running', { ref: false })])
    if (code !== 0) throw new Error(`after SIGTERM the server ended with: ${String(code)}`)
    console.log('  SIGTERM ends it with 0')
  } catch (error) {
    console.error(log)
    throw error
  } finally {
    server.kill('SIGKILL')
  }
}

const folder = await mkdtemp(join(tmpdir(), 'litemaas-built-'))
// As root PostgreSQL runs under another account, which has to pass through this folder.
await chmod(folder, 0o755)
try {
  await installInto(folder)
  const postgres = await startPostgres({
    dataDirectory: join(folder, 'postgres'),
    password: secret(),
    durable: false,
  })
  try {
    await bootOnce(folder, await prepareDatabase(postgres.superuserUrl))
  } finally {
    await postgres.stop()
  }
  console.log('The built server boots and stops.')
} catch (error) {
  console.error(error instanceof Error ? `The built server does not boot: ${error.message}` : error)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

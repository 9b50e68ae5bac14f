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

/** The console as a browser gets it: the page, what the page asks for, and the page again for an address of its own. */
async function assertConsole(base: string): Promise<void> {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    // Pages are shown under the public name only, which is no other machine here.
    const answer = await fetch(new URL(path, base.replace('127.0.0.1', 'localhost')), {
      headers: { accept: 'text/html', ...headers },
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const expectAll = (what: string, found: Record<string, unknown>, wanted: Record<string, unknown>): void => {
    const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)]
    if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`)
  }
  const page = await get('/')
  const elsewhere = await get('/admin/users?in=all')
  for (const [path, { status, headers, text }] of Object.entries({ '/': page, '/admin/users': elsewhere })) {
    expectAll(
      path,
      { status, cache: headers.get('cache-control'), isConsole: text.includes('<div id="root">') },
      { status: 200, cache: 'no-cache', isConsole: true },
    )
    const policy = headers.get('content-security-policy') ?? ''
    if (!policy.includes("script-src 'self'") || /unsafe|https:/.test(policy))
      throw new Error(`${path} has the content security policy ${policy}`)
  }
  const files = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? [])
  if (files.length < 2) throw new Error('the page names no files')
  for (const path of files) {
    const { status, headers, text } = await get(path, { 'accept-encoding': 'br' })
    // Compressing what fits into one packet would gain nothing.
    const wanted = text.length < 1000 ? null : 'br'
    expectAll(
      path,
      { status, cache: headers.get('cache-control'), encoding: headers.get('content-encoding') },
      { status: 200, cache: 'public, max-age=31536000, immutable', encoding: wanted },
    )
  }
  for (const path of ['/assets/gone.js', '/api/v1/nothing', '/.vite/manifest.json?'])
    if ((await get(path, { accept: 'application/json' })).status !== 404) throw new Error(`${path} is no 404`)
  console.log(`  the console answers, with ${files.length} files before its first page`)
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
    await assertConsole(base)
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

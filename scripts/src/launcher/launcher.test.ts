import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort, isRunning } from '../postgres/index.ts'
import { repositoryRoot } from './places.ts'
import type { Runtime } from './runtime.ts'

/** The launcher as people use it: a process, its screen, its exit code. */
class Run {
  /** Everything on the screen. */
  output = ''
  /** What a script would read. */
  stdout = ''
  readonly child: ChildProcess
  readonly exitCode: Promise<number | null>

  constructor(script: string, parameters: string[], environment: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [join(repositoryRoot, 'scripts', script), ...parameters], {
      cwd: repositoryRoot,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    }
    this.child.stdout?.on('data', (text: string) => (this.stdout += text))
    this.exitCode = new Promise((done) => this.child.once('close', done))
  }

  async shows(text: string, timeout = 40_000): Promise<void> {
    await expect.poll(() => this.output, { timeout, interval: 50 }).toContain(text)
  }
}

let data: string
let port: number
let environment: NodeJS.ProcessEnv
const runs: Run[] = []

function run(script: string, parameters: string[] = [], extra: NodeJS.ProcessEnv = {}): Run {
  const started = new Run(script, parameters, { ...environment, ...extra })
  runs.push(started)
  return started
}

const start = (extra: NodeJS.ProcessEnv = {}): Run => run('start.mjs', [], extra)

async function output(
  script: string,
  ...parameters: string[]
): Promise<{ text: string; code: number | null }> {
  const finished = run(script, parameters)
  const code = await finished.exitCode
  return { text: (code === 0 ? finished.stdout : finished.output).trim(), code }
}

async function startedLauncher(): Promise<Run> {
  const launcher = start()
  await Promise.race([launcher.shows('Ctrl-C stops everything'), launcher.exitCode])
  expect(launcher.output).toContain('Ctrl-C stops everything')
  return launcher
}

const postmaster = async (): Promise<number> =>
  Number.parseInt(await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8'), 10)

const token = async (person: string): Promise<string> => {
  const { text, code } = await output('src/launcher/dev-token.ts', person)
  expect(code, text).toBe(0)
  return text
}

async function whoAmI(bearer: string, atPort = port): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${String(atPort)}/api/auth/me`, {
    headers: { authorization: `Bearer ${bearer}` },
  })
  expect(response.status).toBe(200)
  return response.text()
}

const asBrowser = (path: string): Promise<Response> =>
  fetch(new URL(path, `http://localhost:${String(port)}`), { headers: { accept: 'text/html' } })

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'litemaas-launcher-'))
  await chmod(data, 0o711)
  port = await freePort()
  const { PATH = '', HOME = '' } = process.env
  environment = { PATH, HOME, LITEMAAS_DATA: data, PORT: String(port) }
})

afterEach(async () => {
  for (const { child, exitCode } of runs.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exitCode
  }
})

afterAll(async () => {
  await rm(data, { recursive: true, force: true })
})

describe('the launcher', () => {
  test('without a start the dev commands say so', async () => {
    const { text, code } = await output('src/launcher/dev-env.ts')
    expect(code).toBe(1)
    expect(text).toContain('No LiteMaaS is running here')
  })

  test('supplies everything, lets one sign in, and stops with code 0', { timeout: 90_000 }, async () => {
    const launcher = await startedLauncher()
    for (const text of [
      'PostgreSQL 18',
      'Simulated LiteLLM',
      'Identity provider',
      'Mail catcher',
      '/docs',
      'alice',
      'curl -s',
    ]) {
      expect(launcher.output).toContain(text)
    }

    for (const path of ['/', '/api-keys?page=2']) {
      const page = await asBrowser(path)
      expect([path, page.status]).toEqual([path, 200])
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1]
      expect((await asBrowser(script ?? 'none')).headers.get('cache-control')).toContain('immutable')
    }

    const { text } = await output('src/launcher/dev-env.ts')
    const parts = parseEnv(text)
    expect(Object.keys(parts).toSorted()).toEqual([
      'BASE_URL',
      'DATABASE_OWNER_URL',
      'DATABASE_PLATFORM_URL',
      'DATABASE_SUPERUSER_URL',
      'DATABASE_URL',
      'LITELLM_API_URL',
      'LITELLM_MASTER_KEY',
      'OIDC_ISSUER',
    ])
    const secrets = parseEnv(await readFile(join(data, 'secrets.env'), 'utf8'))
    for (const secret of Object.values(secrets)) expect(launcher.output).not.toContain(secret)

    const alice = await token('alice')
    expect(await whoAmI(alice)).toContain('alice@example.com')
    const replicaPort = await freePort()
    const replica = run('src/launcher/dev-server.ts', ['--port', String(replicaPort)])
    const replicaAnswers = async (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${String(replicaPort)}/health/ready`).then(
        (response) => response.ok,
        () => false,
      )
    await expect.poll(replicaAnswers, { timeout: 30_000 }).toBe(true)
    expect(await whoAmI(alice, replicaPort)).toContain('alice@example.com')
    replica.child.kill('SIGINT')
    expect(await replica.exitCode).toBe(0)

    const stranger = await output('src/launcher/dev-token.ts', 'mallory')
    expect(stranger.code).toBe(1)
    expect(stranger.text).toContain('does not know “mallory”')

    const second = start({ PORT: String(await freePort()) })
    expect(await second.exitCode).toBe(1)
    expect(second.output).toContain('already runs on')
    expect((await output('src/launcher/dev-env.ts')).code).toBe(0)

    const database = await postmaster()
    launcher.child.kill('SIGINT')
    expect(await launcher.exitCode, launcher.output).toBe(0)
    expect(await isRunning(database, data)).toBe(false)
    const files = await readdir(data)
    expect(files).not.toContain('runtime.json')
    expect((await stat(join(data, 'secrets.env'))).mode & 0o777).toBe(0o600)
  })

  test('a second start keeps the data, and kill -9 leaves nothing running', { timeout: 90_000 }, async () => {
    const addresses = await readFile(join(data, 'ports.json'), 'utf8')
    const launcher = await startedLauncher()
    expect(await readFile(join(data, 'ports.json'), 'utf8')).toBe(addresses)
    expect(await whoAmI(await token('bob'))).toContain('bob@example.com')
    const database = await postmaster()
    launcher.child.kill('SIGKILL')
    await launcher.exitCode
    await expect.poll(async () => isRunning(database, data), { timeout: 15_000 }).toBe(false)
    const answer = async (): Promise<string> =>
      fetch(`http://127.0.0.1:${String(port)}/health/live`).then(
        () => 'answers',
        () => 'is gone',
      )
    await expect.poll(answer, { timeout: 15_000 }).toBe('is gone')
  })

  test('a server that dies is said, and everything else stops', { timeout: 90_000 }, async () => {
    const launcher = await startedLauncher()
    const { serverPid } = JSON.parse(await readFile(join(data, 'runtime.json'), 'utf8')) as Runtime
    const database = await postmaster()
    process.kill(serverPid, 'SIGKILL')
    expect(await launcher.exitCode).toBe(1)
    expect(launcher.output).toContain('The server was ended by SIGKILL unexpectedly')
    expect(await isRunning(database, data)).toBe(false)
  })

  test('in development the console is live, at the address of everything', { timeout: 90_000 }, async () => {
    const launcher = run('src/launcher/dev.ts')
    await launcher.shows('Ctrl-C stops everything')
    expect(launcher.output).toContain(`http://localhost:${String(port)}`)
    for (const path of ['/', '/api-keys']) {
      const page = await asBrowser(path)
      expect([path, page.status]).toEqual([path, 200])
      expect(await page.text()).toContain('/@vite/client')
    }
    const alice = await token('alice')
    expect(await whoAmI(alice)).toContain('alice@example.com')
    for (const path of ['/docs/', '/openapi.json', '/health/ready'])
      expect([path, (await asBrowser(path)).status]).toEqual([path, 200])

    const stream = await fetch(`http://localhost:${String(port)}/api/v1/events`, {
      headers: { authorization: `Bearer ${alice}`, accept: 'text/event-stream' },
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const first = await stream.body?.getReader().read()
    expect(first?.value?.length).toBeGreaterThan(0)

    launcher.child.kill('SIGINT')
    expect(await launcher.exitCode, launcher.output).toBe(0)
    await expect(asBrowser('/')).rejects.toThrow()
  })

  test('a port in use gets a sentence', async () => {
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(port, '127.0.0.1', done))
    const launcher = start()
    expect(await launcher.exitCode).toBe(1)
    expect(launcher.output).toContain(`Port ${String(port)} is in use`)
    await new Promise((done) => taken.close(done))
  })

  test.each([
    [{ DATABASE_URL: 'postgres://litemaas_app:x@127.0.0.1:1/x' }, /DATABASE_PLATFORM_URL/],
    [{ LITELLM_API_URL: 'http://127.0.0.1:1' }, /LITELLM_API_KEY is not/],
    [{ OAUTH_ISSUER: 'http://127.0.0.1:1' }, /OAUTH_CLIENT_ID is not/],
    [{ MOCK_AUTH: 'false' }, /no identity provider/],
    [{ NODE_ENV: 'production' }, /needs an identity provider of your own/],
    [{ JWT_SECRET: 'short' }, /JWT_SECRET/],
  ])('half a configuration is refused: %o', { timeout: 60_000 }, async (extra, sentence) => {
    const launcher = start(extra)
    expect(await launcher.exitCode).toBe(1)
    expect(launcher.output).toMatch(sentence)
    expect(launcher.output).not.toContain('is running')
  })
})

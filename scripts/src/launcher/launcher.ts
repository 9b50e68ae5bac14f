// Starts the product: supplies what is not configured, starts the server, tells the person, stops it all in order.
// It must never be needed by the server, and never print a secret.
import { mkdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Child } from './child.ts'
import { configured, onlyServerVariables, serverEnvironment } from './environment.ts'
import { portChooser, type Part, type Supply } from './parts.ts'
import { dataFolder, makeDataFolder, shortPath } from './places.ts'
import { keepPorts, lastPorts, lockDataFolder, writeRuntime } from './runtime.ts'
import { welcome } from './screen.ts'
import { loadSecrets } from './secrets.ts'
import { assertPortUsable, lastWords, localUrl, startServer, visibleText, waitUntilReady } from './server.ts'
import { supplyBuiltConsole, supplyLiveConsole } from './supply-console.ts'
import { supplyDatabase } from './supply-database.ts'
import { supplyIdentity } from './supply-identity.ts'
import { supplyLiteLLM } from './supply-litellm.ts'
import { supplyMail } from './supply-mail.ts'
import { watchSources } from './watch.ts'

export interface LauncherOptions {
  environment: NodeJS.ProcessEnv
  /** Follow changes of the sources: the server starts again, the console is renewed in the browser. Shows the whole log. */
  isDevelopment: boolean
  say(text: string): void
  /** For what went wrong. */
  complain(text: string): void
}

const MAX_LOG_BYTES = 20_000_000

/** One run of the launcher: `start`, then `finished` tells the exit code. */
export class Launcher {
  readonly finished: Promise<number>
  readonly #options: LauncherOptions
  readonly #folder: string
  #finish: (code: number) => void = () => undefined
  #server: Child | undefined
  /** In the order in which they are stopped. */
  #parts: Part[] = []
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #building: Promise<void> | undefined
  #unlock: () => Promise<void> = async () => undefined
  #unwatch: () => void = () => undefined

  constructor(options: LauncherOptions) {
    this.#options = options
    this.#folder = dataFolder(options.environment)
    this.finished = new Promise((done) => (this.#finish = done))
  }

  async start(): Promise<void> {
    this.#starting = this.#start()
    try {
      await this.#starting
    } catch (error) {
      if (this.#stopping) return
      await this.stop(1, (error as Error).message)
    }
  }

  async #start(): Promise<void> {
    const startedAt = Date.now()
    const { environment, say, isDevelopment } = this.#options
    const given = configured(environment)
    await makeDataFolder(this.#folder)
    this.#unlock = await lockDataFolder(this.#folder)
    await assertPortUsable(given['HOST'] ?? '127.0.0.1', Number(given['PORT'] ?? '8080'))
    const logs = join(this.#folder, 'logs')
    await mkdir(logs, { recursive: true, mode: 0o700 })
    const secrets = await loadSecrets(this.#folder)
    const ports = portChooser(await lastPorts(this.#folder))
    const supply: Supply = {
      folder: this.#folder,
      given,
      secrets,
      port: ports.choose,
      say,
      fail: (sentence) => void this.stop(1, sentence),
    }
    say(`Starting LiteMaaS; the data is in ${shortPath(this.#folder)} ...`)
    if (!isDevelopment) this.#building = supplyBuiltConsole(say)
    const { database, litellm, identity, mail } = await this.#supplyAll(supply)
    const addresses = { database, litellm, identity, mail }
    const forServer = serverEnvironment(environment, secrets, addresses)
    const publicUrl = new URL(forServer['PUBLIC_URL'] ?? '').origin
    const browserFaces = {
      host: forServer['HOST'] ?? '127.0.0.1',
      port: forServer['PORT'] ?? '8080',
      publicUrl,
    }
    // In development the console's own server has the address, and the server stands behind it.
    if (isDevelopment)
      Object.assign(forServer, { HOST: '127.0.0.1', PORT: String(await ports.choose('server')) })
    await keepPorts(this.#folder, ports.chosen)
    if (this.#stopping) return

    const logFile = join(logs, 'server.log')
    await truncateLog(logFile)
    await this.#startServer(forServer, logFile)
    if (isDevelopment)
      this.#parts.unshift(await supplyLiveConsole(supply, { ...browserFaces, server: localUrl(forServer) }))
    await this.#building
    if (this.#stopping) return
    const baseUrl = publicUrl.startsWith('http://') ? publicUrl : localUrl(forServer)
    await writeRuntime(this.#folder, {
      pid: process.pid,
      serverPid: this.#server?.pid ?? 0,
      startedAt: new Date(startedAt).toISOString(),
      baseUrl,
      publicUrl,
      serverEnvironment: onlyServerVariables(forServer),
      parts: {
        ...(database.owner === undefined ? {} : { DATABASE_OWNER_URL: database.owner }),
        ...(database.superuser === undefined ? {} : { DATABASE_SUPERUSER_URL: database.superuser }),
        LITELLM_MASTER_KEY: litellm.key,
        OIDC_ISSUER: forServer['OAUTH_ISSUER'] ?? '',
      },
    })
    const seconds = (Date.now() - startedAt) / 1000
    const hasLocalPeople = identity['OAUTH_ISSUER'] !== undefined
    say(welcome({ publicUrl, baseUrl, parts: this.#parts.toReversed(), hasLocalPeople, logFile, seconds }))
    if (isDevelopment) this.#watch(forServer, logFile)
  }

  /** Starts the parts side by side; when one fails, the others that came up are still known and stopped. */
  async #supplyAll(supply: Supply): Promise<{
    database: Awaited<ReturnType<typeof supplyDatabase>>['database']
    litellm: Awaited<ReturnType<typeof supplyLiteLLM>>['litellm']
    identity: Record<string, string>
    mail: Record<string, string>
  }> {
    const [database, litellm, identity, mail] = await Promise.allSettled([
      supplyDatabase(supply),
      supplyLiteLLM(supply),
      supplyIdentity(supply),
      supplyMail(supply),
    ])
    for (const outcome of [mail, litellm, identity, database]) {
      if (outcome.status === 'fulfilled') this.#parts.push(outcome.value.part)
    }
    if (database.status === 'rejected') throw database.reason
    if (litellm.status === 'rejected') throw litellm.reason
    if (identity.status === 'rejected') throw identity.reason
    if (mail.status === 'rejected') throw mail.reason
    return {
      database: database.value.database,
      litellm: litellm.value.litellm,
      identity: identity.value.identity,
      mail: mail.value.mail,
    }
  }

  async #startServer(environment: NodeJS.ProcessEnv, logFile: string): Promise<void> {
    let isReady = false
    const { isDevelopment, say } = this.#options
    const server = startServer(environment, logFile, (line) => {
      const text = isDevelopment ? line : isReady ? visibleText(line) : undefined
      if (text !== undefined) say(isDevelopment ? text : `server: ${text}`)
    })
    this.#server = server
    await waitUntilReady(server, localUrl(environment))
    isReady = true
    void server.ended.then((how) => {
      // In development a changed file starts a new one; a crash is shown and waits for the next change.
      if (this.#stopping || this.#server !== server) return
      if (isDevelopment) return say(`The server ${how}; it starts again when a file changes.`)
      void this.stop(
        1,
        `The server ${how} unexpectedly. Its last words:\n${lastWords(server)}\nThe whole log: ${shortPath(logFile)}`,
      )
    })
  }

  #watch(environment: NodeJS.ProcessEnv, logFile: string): void {
    const { say } = this.#options
    this.#unwatch = watchSources(async (file) => {
      if (this.#stopping) return
      say(`${file} has changed; the server starts again ...`)
      const old = this.#server
      this.#server = undefined
      await old?.stop()
      if (this.#stopping) return
      await this.#startServer(environment, logFile).then(
        () => say('The server is ready.'),
        (error: unknown) => say((error as Error).message),
      )
    })
  }

  /** Stops the server, then what it uses; `finished` resolves with the code. Safe to call at any time. */
  async stop(code: number, sentence?: string): Promise<void> {
    if (sentence !== undefined && !this.#stopping) {
      if (code === 0) this.#options.say(`\n${sentence}`)
      else this.#options.complain(sentence)
    }
    this.#stopping ??= this.#stop(code)
    return this.#stopping
  }

  async #stop(code: number): Promise<void> {
    this.#unwatch()
    const grace = Number(this.#options.environment['SHUTDOWN_GRACE_SECONDS'] ?? '30')
    await this.#server?.stop(grace + 10)
    // A part that is still starting cannot be stopped yet, and knows how to wait for nothing longer than itself.
    await this.#starting?.catch(() => undefined)
    await this.#building
    await this.#server?.stop(grace + 10)
    for (const part of this.#parts) {
      await part.stop().catch((error: unknown) => this.#options.complain((error as Error).message))
    }
    await this.#unlock().catch(() => undefined)
    this.#finish(code)
  }

  /** The impatient way: nothing is asked, everything ends now. PostgreSQL's guard stops it. */
  kill(): void {
    this.#server?.kill()
    for (const part of this.#parts) part.kill()
  }
}

async function truncateLog(path: string): Promise<void> {
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  if (size > MAX_LOG_BYTES) await truncate(path)
}

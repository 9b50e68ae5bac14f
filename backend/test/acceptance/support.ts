import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import pg from 'pg'
import { ApiError, createApi, type Api as Client, type Arguments } from '@litemaas/client'
import { freePort } from '@litemaas/scripts/postgres'
import { mintToken } from '@litemaas/scripts/sign-in'

// The product as a stranger sees it: the launcher as a process, HTTP, and SQL where only the database knows the truth.

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** What differs from the launcher's defaults: nobody waits for timers, and the tests are not an attack. */
const IMPATIENT = {
  RECONCILE_INTERVAL_SECONDS: '2',
  LITELLM_SIMULATOR_CHUNK_DELAY_MS: '2',
  LITELLM_SIMULATOR_SPEND_LAG_MS: '200',
  SIGN_IN_RATE_LIMIT: '10000',
  REQUEST_RATE_LIMIT: '1000000',
  ANONYMOUS_RATE_LIMIT: '1000000',
  LOG_LEVEL: 'warn',
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // Bodies are looked into field by field; a test that reads a missing field fails by itself.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

/** Calls one server with one credential. */
export interface Api {
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export function api(url: string, credential?: string): Api {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
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
      await sleep(50)
    }
  }
}

/** A started command of the repository. */
class Command {
  output = ''
  stdout = ''
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess

  constructor(file: string, parameters: string[], environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [join(repository, file), ...parameters], {
      cwd: repository,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text
      this.stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    this.ended = new Promise((done) => this.#child.once('close', done))
  }

  /** SIGTERM; answers the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM')
    return this.ended
  }
}

export interface Model {
  readonly id: string
  readonly name: string
  readonly isRestricted: boolean
  readonly inputPricePerMillion: number
  readonly outputPricePerMillion: number
}

type KeySettings = Partial<Arguments<'createApiKey'>['body']>

export interface Replica {
  readonly url: string
  /** As an operator stops it; answers the exit code. */
  stop(): Promise<number | null>
}

export interface NewKey {
  readonly id: string
  readonly key: string
}

/** A running launcher, on data of its own. */
export class Product {
  readonly url: string
  /** What `npm run -s dev:env` says. */
  readonly env: Readonly<Record<string, string>>
  readonly #launcher: Command
  readonly #environment: NodeJS.ProcessEnv
  readonly #folder: string
  readonly #database: pg.Pool
  readonly #replicas: Command[] = []
  readonly #tokens = new Map<string, Promise<string>>()

  private constructor(
    launcher: Command,
    environment: NodeJS.ProcessEnv,
    folder: string,
    env: Record<string, string>,
  ) {
    this.#launcher = launcher
    this.#environment = environment
    this.#folder = folder
    this.env = env
    this.url = `http://127.0.0.1:${new URL(env['BASE_URL'] ?? '').port}`
    const url = new URL(env['DATABASE_SUPERUSER_URL'] ?? '')
    url.pathname = new URL(env['DATABASE_URL'] ?? '').pathname
    this.#database = new pg.Pool({ connectionString: url.href, max: 3 })
    this.#database.on('error', () => undefined)
    this.#database.on('error', () => undefined)
  }

  static async start(configuration: Record<string, string> = {}): Promise<Product> {
    const folder = await mkdtemp(join(tmpdir(), 'litemaas-acceptance-'))
    await chmod(folder, 0o711)
    const { PATH = '', HOME = '' } = process.env
    const environment = {
      PATH,
      HOME,
      ...IMPATIENT,
      LITEMAAS_DATA: folder,
      PORT: String(await freePort()),
      ...configuration,
    }
    const launcher = new Command('scripts/start.mjs', [], environment)
    let hasEnded = false
    void launcher.ended.then(() => (hasEnded = true))
    for (
      const end = Date.now() + 60_000;
      !launcher.output.includes('Ctrl-C stops everything');
      await sleep(50)
    ) {
      if (!hasEnded && Date.now() < end) continue
      await launcher.stop()
      throw new Error(`The launcher did not start:\n${launcher.output}`)
    }
    const command = new Command('scripts/src/launcher/dev-env.ts', [], environment)
    if ((await command.ended) !== 0) throw new Error(command.output)
    const env = Object.entries(parseEnv(command.stdout)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    return new Product(launcher, environment, folder, Object.fromEntries(env))
  }

  /** The launcher's screen, for messages of failed tests. */
  get screen(): string {
    return this.#launcher.output
  }

  /** Bearer token of a person of the local provider. */
  token(person: string): Promise<string> {
    const known = this.#tokens.get(person) ?? mintToken(this.env['BASE_URL'] ?? '', person)
    this.#tokens.set(person, known)
    return known
  }

  async as(person: string, url = this.url): Promise<Api> {
    return api(url, await this.token(person))
  }

  /** A further server process on the same parts. */
  async startReplica(): Promise<Replica> {
    const port = await freePort()
    const command = new Command(
      'scripts/src/launcher/dev-server.ts',
      ['--port', String(port)],
      this.#environment,
    )
    this.#replicas.push(command)
    const url = `http://127.0.0.1:${String(port)}`
    await eventually(async () => {
      const { status } = await api(url)('GET', '/health/ready')
      if (status !== 200) throw new Error(`the replica is not ready: ${command.output}`)
    }, 40_000)
    return { url, stop: () => command.stop() }
  }

  /** As a superuser, past row-level security: to look at what really is. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#database.query<Row>(text, values)).rows
  }

  /** LiteLLM, asked with the master key; also the simulator's own switches. */
  async litellm(method: string, path: string, body?: unknown): Promise<Answer> {
    return api(this.env['LITELLM_API_URL'] ?? '', this.env['LITELLM_MASTER_KEY'])(method, path, body)
  }

  async fault(fault: object): Promise<void> {
    const { status } = await this.litellm('POST', '/simulator/faults', fault)
    if (status !== 200) throw new Error(`the simulator refused a fault with ${String(status)}`)
  }

  async clearFaults(): Promise<void> {
    await this.litellm('DELETE', '/simulator/faults')
  }

  /** The generated client, as this person. */
  client(person: string): Client {
    return createApi({ baseUrl: this.url, credential: () => this.token(person) })
  }

  /** The catalogue, by name. */
  async models(): Promise<Map<string, Model>> {
    const { data } = await this.client('alice').listModels({ query: { limit: 100 } })
    // The simulated LiteLLM prices all its models; one without a price fails where it is calculated with.
    const priced = data.map(({ inputPricePerMillion: input, outputPricePerMillion: output, ...model }) => ({
      ...model,
      inputPricePerMillion: input ?? Number.NaN,
      outputPricePerMillion: output ?? Number.NaN,
    }))
    return new Map(priced.map((model) => [model.name, model]))
  }

  /** A key of that person for these models; subscribes where needed. */
  async createKey(person: string, names: string[], settings: KeySettings = {}): Promise<NewKey> {
    const client = this.client(person)
    const catalogue = await this.models()
    const modelIds: string[] = []
    for (const name of names) {
      const modelId = catalogue.get(name)?.id
      if (modelId === undefined) throw new Error(`there is no model ${name}`)
      modelIds.push(modelId)
      await client.createSubscription({ body: { modelId } }).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.code === 'SUBSCRIPTION_EXISTS')) throw error
      })
    }
    const { data } = await client.createApiKey({ body: { name: 'acceptance', modelIds, ...settings } })
    return { id: data.id, key: data.key ?? '' }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.stop()))
    await this.#database.end()
    await this.#launcher.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** nano-USD of these tokens at the catalogue's prices, rounded up once. */
export function priceOf(model: Model, promptTokens: number, completionTokens: number): number {
  // Prices have at most nine decimals; whole nano-USD per million tokens keep the sum exact.
  const nano = (usd: number): bigint => BigInt(Math.round(usd * 1e9))
  const sum =
    BigInt(promptTokens) * nano(model.inputPricePerMillion) +
    BigInt(completionTokens) * nano(model.outputPricePerMillion)
  return Number((sum + 999_999n) / 1_000_000n)
}

export const nanoOf = (usd: number): number => Math.round(usd * 1e9)

/** The JSON payloads of a server-sent stream, and whether `[DONE]` ended it. */
// oxlint-disable-next-line typescript/no-explicit-any -- as with the bodies above
export function framesOf(text: string): { frames: any[]; isDone: boolean } {
  const payloads = text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length))
  return {
    frames: payloads.filter((payload) => payload !== '[DONE]').map((payload): unknown => JSON.parse(payload)),
    isDone: payloads.at(-1) === '[DONE]',
  }
}

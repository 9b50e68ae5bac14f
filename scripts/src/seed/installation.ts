// The running installation that is seeded: its API as people use it, and its database as the platform's own jobs do.
import { Type, type Static } from '@sinclair/typebox'
import { Database, PlatformDatabase, sql } from '@litemaas/backend/database'
import { readRuntime } from '../launcher/runtime.ts'
import { mintToken } from '../launcher/sign-in.ts'

const CatalogueModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mode: Type.String(),
  isRestricted: Type.Boolean(),
  inputPriceNano: Type.BigInt(),
  cachedInputPriceNano: Type.Union([Type.BigInt(), Type.Null()]),
  outputPriceNano: Type.BigInt(),
})
export type CatalogueModel = Static<typeof CatalogueModel>

export interface Addresses {
  readonly baseUrl: string
  readonly app: string
  readonly platform: string
  /** Absent where nobody told us; then what only the owner may do is left out. */
  readonly owner: string | undefined
}

/** From the environment (the names of `npm run -s dev:env`), else from the running launcher. */
export async function findAddresses(environment: NodeJS.ProcessEnv): Promise<Addresses> {
  const { BASE_URL, DATABASE_URL, DATABASE_PLATFORM_URL, DATABASE_OWNER_URL } = environment
  if (BASE_URL && DATABASE_URL && DATABASE_PLATFORM_URL)
    return {
      baseUrl: BASE_URL,
      app: DATABASE_URL,
      platform: DATABASE_PLATFORM_URL,
      owner: DATABASE_OWNER_URL || undefined,
    }
  const { baseUrl, serverEnvironment, parts } = await readRuntime()
  return {
    baseUrl,
    app: serverEnvironment['DATABASE_URL'] ?? '',
    platform: serverEnvironment['DATABASE_PLATFORM_URL'] ?? '',
    owner: parts.DATABASE_OWNER_URL,
  }
}

export class Installation {
  readonly addresses: Addresses
  readonly app: Database
  readonly platform: PlatformDatabase

  constructor(addresses: Addresses) {
    this.addresses = addresses
    const shared = { max: 1, applicationName: 'litemaas-seed', onError: () => undefined }
    this.app = new Database({ url: addresses.app, ...shared })
    this.platform = new PlatformDatabase({ url: addresses.platform, statementTimeoutMs: 60_000, ...shared })
  }

  /** What can be called and charged, by name. */
  async catalogue(): Promise<CatalogueModel[]> {
    return this.platform.transaction(
      'seed',
      (tx) =>
        tx.many(sql(CatalogueModel)`
          select id, name, mode, is_restricted as "isRestricted", input_price_nano as "inputPriceNano",
            cached_input_price_nano as "cachedInputPriceNano", coalesce(output_price_nano, 0) as "outputPriceNano"
          from models where availability = 'available' and input_price_nano is not null
            and (output_price_nano is not null or mode = 'embedding') order by name`),
      { readOnly: true },
    )
  }

  /** Signs in through the local provider, into the organization where the person worked last. */
  async signIn(username: string): Promise<Api> {
    const { baseUrl } = this.addresses
    const sayWait = (seconds: number): void =>
      console.error(`Too many sign-ins in this minute: waiting ${String(seconds)} s, as the server asks.`)
    return new Api(baseUrl, await mintToken(baseUrl, username, sayWait))
  }

  async close(): Promise<void> {
    await Promise.all([this.app.close(), this.platform.close()])
  }
}

/** Somebody who is signed in. */
export class Api {
  readonly #baseUrl: string
  readonly #token: string

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl
    this.#token = token
  }

  /** Answers `data`. @throws Error with the server's own sentence. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(new URL(path, this.#baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    const answer = (text === '' ? {} : JSON.parse(text)) as { data?: T; code?: string; message?: string }
    if (!response.ok)
      throw new Error(
        `${method} ${path} answered ${String(response.status)} ${answer.code ?? ''}: ${answer.message ?? ''}`,
      )
    return answer.data as T
  }
}

import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import { ApplicationError } from '#platform/errors'

const FRESH_MS = 10 * 60 * 1000
/** An issuer that is away keeps its known keys this long; after that nobody can know whether they were withdrawn. */
const USABLE_MS = 60 * 60 * 1000
/** Failures count too: unknown key ids, which anybody can send, must not become a stream of requests to the issuer. */
const PAUSE_MS = 30_000
const TIMEOUT_MS = 5000
const MAX_LENGTH = 256 * 1024

type LocalKeys = ReturnType<typeof createLocalJWKSet>

const away = (cause: unknown) =>
  ApplicationError.unavailable(
    'The keys of the token’s issuer cannot be read right now; please try again.',
    'UNAVAILABLE',
    5,
    cause,
  )

/**
 * The published keys of one issuer: read at first use, again every ten minutes and when an unknown key id turns up, at
 * most twice a minute. They come from the configured address and from nowhere else.
 */
export class OutsideKeys {
  readonly #url: string
  #keys: LocalKeys | undefined
  #readAt = -Infinity
  #triedAt = -Infinity
  #failure: unknown
  #reading: Promise<void> | undefined

  constructor(url: string) {
    this.#url = url
  }

  /** For `jwtVerify`. Rejects with jose's error for an unknown key, with 503 when the issuer is away and it may be known there. */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    const age = performance.now() - this.#readAt
    if (age > USABLE_MS) await this.#read()
    else if (age > FRESH_MS) this.#read().catch(() => undefined)
    if (!this.#keys || performance.now() - this.#readAt > USABLE_MS) throw away(this.#failure)
    try {
      return await this.#keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await this.#read()
      if (this.#failure !== undefined) throw away(this.#failure)
      return this.#keys(header, token)
    }
  }

  /** Never rejects; within the pause it does nothing. */
  #read(): Promise<void> {
    if (this.#reading) return this.#reading
    if (performance.now() - this.#triedAt < PAUSE_MS) return Promise.resolve()
    this.#triedAt = performance.now()
    this.#reading = this.#fetch()
      .then(
        (keys) => {
          this.#keys = keys
          this.#readAt = performance.now()
          this.#failure = undefined
        },
        (error: unknown) => {
          this.#failure = error ?? new Error('the keys could not be read')
        },
      )
      .finally(() => {
        this.#reading = undefined
      })
    return this.#reading
  }

  async #fetch(): Promise<LocalKeys> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(this.#url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal,
    })
    if (!response.ok) throw new Error(`the issuer answered ${response.status}`)
    const text = await response.text()
    if (text.length > MAX_LENGTH) throw new Error('the issuer answered too much')
    const set = JSON.parse(text) as JSONWebKeySet
    if (!Array.isArray(set.keys) || set.keys.length === 0) throw new Error('the issuer answered no keys')
    return createLocalJWKSet(set)
  }
}

import type { ChangeFeed } from './change-feed.ts'

interface Entry<V> {
  readonly value: V
  readonly readAt: number
  readonly expiresAt: number
  readonly refreshAt: number
}

export interface CacheOptions<V> {
  readonly feed: ChangeFeed
  readonly maxEntries: number
  /** What a value depends on, `kind:id`; a change of any of them evicts it. */
  readonly subjectsOf: (value: V) => readonly string[]
  /** Undefined means that there is no such thing; it is remembered separately, so that guessing cannot push out what is real. */
  readonly load: (key: string) => Promise<V | undefined>
}

/** The promise towards every caller: nothing is believed longer than this, whatever happened to the notifications. */
const TTL_MS = 1000
/** A hot entry is read again in the background from here on, so that no call waits for it. */
const REFRESH_MS = 700

/** Bounded read-through cache: absolute life of one second, evicted by the change feed, one read at a time per key. */
export class ReadThroughCache<V> {
  readonly #options: CacheOptions<V>
  readonly #entries = new Map<string, Entry<V>>()
  readonly #absent = new Map<string, number>()
  readonly #loading = new Map<string, Promise<V | undefined>>()

  constructor(options: CacheOptions<V>) {
    this.#options = options
  }

  /** The value if it can be had without waiting; a hot entry near its end is refreshed on the side. */
  peek(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    const now = performance.now()
    if (now >= entry.expiresAt || !this.#isFresh(entry.readAt, entry.value)) {
      this.#entries.delete(key)
      return undefined
    }
    if (now >= entry.refreshAt && !this.#loading.has(key)) this.#load(key).catch(() => undefined)
    return entry.value
  }

  /** Rejects when the source is away: then nobody can know, which is neither yes nor no. */
  async get(key: string): Promise<V | undefined> {
    const value = this.peek(key)
    if (value !== undefined) return value
    const absentUntil = this.#absent.get(key)
    if (absentUntil !== undefined) {
      if (performance.now() < absentUntil) return undefined
      this.#absent.delete(key)
    }
    return this.#load(key)
  }

  #isFresh(readAt: number, value: V): boolean {
    const { feed, subjectsOf } = this.#options
    return feed.isFresh(readAt, () => subjectsOf(value))
  }

  #load(key: string): Promise<V | undefined> {
    const running = this.#loading.get(key)
    if (running) return running
    const loading = this.#read(key).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  async #read(key: string): Promise<V | undefined> {
    const readAt = this.#options.feed.sequence
    const startedAt = performance.now()
    const value = await this.#options.load(key)
    if (value === undefined) {
      this.#entries.delete(key)
      remember(this.#absent, key, startedAt + TTL_MS, this.#options.maxEntries)
      return undefined
    }
    this.#absent.delete(key)
    // Evicted while it was being read: good for this caller, who asked before, but not to be kept.
    if (this.#isFresh(readAt, value)) {
      const entry = { value, readAt, expiresAt: startedAt + TTL_MS, refreshAt: startedAt + REFRESH_MS }
      this.#entries.delete(key)
      remember(this.#entries, key, entry, this.#options.maxEntries)
    } else this.#entries.delete(key)
    return value
  }
}

/** Oldest first out. */
function remember<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  if (map.size >= max) {
    const oldest = map.keys().next()
    if (!oldest.done) map.delete(oldest.value)
  }
  map.set(key, value)
}

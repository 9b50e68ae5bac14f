import { Listener, sql, type Tx } from '#platform/database'

export type ChangedKind = 'user' | 'session' | 'key' | 'organization' | 'model' | 'serviceClient'

const CHANNEL = 'identity_changed'
/** Longer than any cached entry lives, so that a forgotten change cannot matter any more. */
const REMEMBER_MS = 5000

/** The feeds of this process hear of its own changes with the commit, before the notification has made its way. */
const feedsHere = new Set<ChangeFeed>()

/** Announces, with the commit of `tx`, that what is cached about this thing must be read again. Carries kind and id only. */
export async function changed(tx: Tx, subject: { kind: ChangedKind; id: string }): Promise<void> {
  const name = `${subject.kind}:${subject.id}`
  tx.afterCommit(() => {
    for (const feed of feedsHere) feed.note(name)
  })
  await tx.run(sql`select pg_notify(${CHANNEL}, ${name})`)
}

/**
 * Hears what changed, in every process. Each notification has a sequence number; an entry that was read before a later
 * change of one of its subjects is stale, however late its read returns. That closes the race in which a revoked key is
 * read just before, and cached just after, its eviction.
 */
export class ChangeFeed {
  readonly #listener: Listener
  readonly #changes = new Map<string, { sequence: number; at: number }>()
  readonly #subscribers = new Set<(subject: string) => void>()
  #sequence = 0
  #isListening = false
  #resetAt = 0

  constructor(options: { url: string; onLost?: () => void }) {
    this.#listener = new Listener({
      url: options.url,
      channels: [CHANNEL],
      onNotification: (_channel, payload) => this.note(payload),
      onState: (isListening) => {
        this.#isListening = isListening
        // Whatever was announced while nobody listened is unknown: nothing read before now may be used.
        this.#sequence += 1
        this.#resetAt = this.#sequence
        if (!isListening) options.onLost?.()
      },
    })
  }

  get isListening(): boolean {
    return this.#isListening
  }

  /** To be taken before a read, and given to `isFresh` with its result. */
  get sequence(): number {
    return this.#sequence
  }

  /** Whether nothing that the value depends on has changed since; asks for its subjects only when anything has. */
  isFresh(readAt: number, subjectsOf: () => readonly string[]): boolean {
    if (readAt >= this.#sequence) return true
    if (readAt < this.#resetAt) return false
    return subjectsOf().every((subject) => (this.#changes.get(subject)?.sequence ?? 0) <= readAt)
  }

  /** Told at once of each change, `kind:id`; for work that must end when its right ends, such as open streams. */
  subscribe(listener: (subject: string) => void): () => void {
    this.#subscribers.add(listener)
    return () => this.#subscribers.delete(listener)
  }

  /** A change, from whichever way it was heard; hearing it twice does no harm. */
  note(subject: string): void {
    this.#sequence += 1
    const at = performance.now()
    for (const [known, change] of this.#changes) {
      if (change.at > at - REMEMBER_MS) break
      this.#changes.delete(known)
    }
    this.#changes.delete(subject)
    this.#changes.set(subject, { sequence: this.#sequence, at })
    for (const tell of this.#subscribers) tell(subject)
  }

  start(): Promise<void> {
    feedsHere.add(this)
    return this.#listener.start()
  }

  close(): Promise<void> {
    feedsHere.delete(this)
    return this.#listener.close()
  }
}

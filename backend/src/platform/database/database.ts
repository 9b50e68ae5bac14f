import { ScopedPool, type PoolOptions, type TransactionOptions } from './scoped-pool.ts'
import type { Tx } from './transaction.ts'

/** Who is asking, as row-level security sees it. A null organization sees no organization's rows. */
export interface Scope {
  readonly organizationId: string | null
  readonly userId: string | null
  readonly requestId: string
}

/** The application's own door to PostgreSQL: role `litemaas_app`, always under row-level security. */
export class Database {
  readonly #pool: ScopedPool

  constructor(options: PoolOptions) {
    this.#pool = new ScopedPool(options)
  }

  get load(): { inUse: number; waiting: number } {
    return this.#pool.load
  }

  transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#pool.transaction(settingsOf(scope), work, options)
  }

  /**
   * For sign-in only: what the caller proves to know (a state digest) is the scope, so that the row-level policy of
   * `login_attempts` shows that one row and no other.
   */
  signInTransaction<T>(stateDigest: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#pool.transaction([['app.login_state', stateDigest]], work)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

/**
 * The elevated door: role `litemaas_platform`, whose policies reach across organizations. Only named jobs and audited
 * platform administration hold it; its call sites are pinned in a test.
 */
export class PlatformDatabase {
  readonly #pool: ScopedPool

  constructor(options: PoolOptions) {
    this.#pool = new ScopedPool(options)
  }

  /** `job` says on whose behalf; it shows as `app.job` inside the transaction. */
  transaction<T>(job: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#pool.transaction([['app.job', job]], work, options)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

function settingsOf(scope: Scope): ReadonlyArray<readonly [string, string]> {
  return [
    ['app.organization_id', scope.organizationId ?? ''],
    ['app.user_id', scope.userId ?? ''],
    ['app.request_id', scope.requestId],
  ]
}

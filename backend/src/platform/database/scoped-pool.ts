import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { ApplicationError } from '#platform/errors'
import { asUnavailable, isTransient } from './failures.ts'
import { Gate } from './gate.ts'
import { ClientTransaction, type RowInspector, type Tx } from './transaction.ts'
import { typeParsers } from './types.ts'

export interface PoolOptions {
  readonly url: string
  readonly max: number
  readonly applicationName: string
  /** Called when an idle connection breaks; without a listener the process would die. */
  readonly onError: (error: Error) => void
  readonly inspectRows?: RowInspector | undefined
  readonly statementTimeoutMs?: number
}

export interface TransactionOptions {
  readonly readOnly?: boolean
}

/** Settings made for one transaction before its first statement, e.g. `app.organization_id`. */
export type TransactionSettings = ReadonlyArray<readonly [name: string, value: string]>

const open = new AsyncLocalStorage<{ isOpen: boolean }>()
const MAX_ATTEMPTS = 3

/** A pool behind a bounded queue; every use of it is one transaction with its own settings. */
export class ScopedPool {
  readonly #pool: pg.Pool
  readonly #gate: Gate
  readonly #inspect: RowInspector | undefined

  constructor(options: PoolOptions) {
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.max,
      pipeline: true,
      types: typeParsers(),
      application_name: options.applicationName,
      options: '-c timezone=UTC',
      connectionTimeoutMillis: 2000,
      statement_timeout: options.statementTimeoutMs ?? 5000,
      lock_timeout: 2000,
      idle_in_transaction_session_timeout: 10_000,
      keepAlive: true,
    })
    this.#pool.on('error', options.onError)
    // The pool listens to idle connections only. One that dies in use fails its transaction; unheard, it would end the process.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
    this.#gate = new Gate({ limit: options.max, maxWaiting: options.max * 20, deadlineMs: 1500 })
    this.#inspect = options.inspectRows
  }

  /** Connections in use and callers waiting, for metrics. */
  get load(): { inUse: number; waiting: number } {
    return { inUse: this.#gate.inside, waiting: this.#gate.waiting }
  }

  /**
   * Runs `work` in one transaction. `BEGIN`, the settings and the first statement travel in one flight; `COMMIT` always
   * travels alone, because a statement that fails on the client side would otherwise be committed around.
   */
  async transaction<T>(
    settings: TransactionSettings,
    work: (tx: Tx) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    if (open.getStore()?.isOpen)
      throw ApplicationError.internal('a transaction was opened inside another one')
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(settings, work, options)
      } catch (error) {
        if (!isTransient(error) || attempt === MAX_ATTEMPTS) throw asUnavailable(error)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt))
      }
    }
  }

  async #attempt<T>(
    settings: TransactionSettings,
    work: (tx: Tx) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    await this.#gate.enter()
    let client: pg.PoolClient | undefined
    let isBroken = false
    try {
      client = await this.#pool.connect()
      const opening = begin(client, settings, options.readOnly ?? false)
      const tx = new ClientTransaction(client, this.#inspect)
      const mark = { isOpen: true }
      try {
        const result = await open.run(mark, work, tx)
        await opening
        const { command } = await client.query(options.readOnly ? 'rollback' : 'commit')
        if (!options.readOnly && command !== 'COMMIT')
          throw ApplicationError.internal('a failed statement was passed over')
        tx.committed()
        return result
      } catch (error) {
        isBroken = !(await rolledBack(client))
        throw error
      } finally {
        mark.isOpen = false
        tx.close()
      }
    } finally {
      // A connection that may still hold a transaction, or another caller's settings, is never handed on.
      client?.release(isBroken || client.getTransactionStatus() !== 'I')
      this.#gate.leave()
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

function begin(client: pg.PoolClient, settings: TransactionSettings, readOnly: boolean): Promise<unknown> {
  // All statements of a read see the same moment, so that a page, its total and a sum beside it agree.
  const started = client.query(readOnly ? 'begin isolation level repeatable read read only' : 'begin')
  const set =
    settings.length === 0
      ? started
      : client.query({
          name: `settings-${settings.map(([name]) => name).join(',')}`,
          text: `select ${settings.map(([name], index) => `set_config('${name}', $${index + 1}, true)`).join(', ')}`,
          values: settings.map(([, value]) => value),
        })
  const opening = Promise.all([started, set])
  opening.catch(() => undefined)
  return opening
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}

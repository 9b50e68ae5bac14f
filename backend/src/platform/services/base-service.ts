import type { FastifyBaseLogger } from 'fastify'
import { recordAudit, type AuditEvent } from '#platform/audit'
import type { Clock } from '#platform/clock'
import {
  databaseCode,
  isTransient,
  type Database,
  type PlatformDatabase,
  type Query,
  type Tx,
} from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { Caller } from '#platform/caller'
import type { ServiceContext } from './service-context.ts'

/** A database rule (constraint name) and what breaking it means to the caller. */
export type ConstraintErrors = Readonly<Record<string, () => ApplicationError>>

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/

/** The ground of every service: scoped transactions, guards for callers that are not the HTTP door, and error mapping. */
export abstract class BaseService {
  protected readonly log: FastifyBaseLogger
  protected readonly clock: Clock
  readonly #database: Database
  readonly #platformDatabase: PlatformDatabase
  readonly #constraints: ConstraintErrors

  constructor(
    context: Pick<ServiceContext, 'database' | 'platformDatabase' | 'log' | 'clock'>,
    constraints: ConstraintErrors = {},
  ) {
    this.log = context.log.child({ service: new.target.name })
    this.clock = context.clock
    this.#database = context.database
    this.#platformDatabase = context.platformDatabase
    this.#constraints = constraints
  }

  /** Runs `work` inside the caller's scope; commits when it resolves, changes nothing when it rejects. */
  protected async transaction<T>(
    caller: Caller,
    work: (tx: Tx) => Promise<T>,
    what = 'this change',
  ): Promise<T> {
    if (caller.reach === 'platform')
      throw ApplicationError.forbidden('Name one organization: nothing is changed in all of them at once.')
    try {
      return await this.#database.transaction(caller, work)
    } catch (error) {
      throw this.mapDatabaseError(error, what)
    }
  }

  /** As `transaction`, for reads only. A caller who looks across organizations (audited by the door) sees all of them. */
  protected read<T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (caller.reach === 'platform')
      return this.#platformDatabase.transaction('across-organizations', work, { readOnly: true })
    return this.#database.transaction(caller, work, { readOnly: true })
  }

  protected executeQuery<Row>(tx: Tx, query: Query<Row>): Promise<Row[]> {
    return tx.many(query)
  }

  protected executeQueryOne<Row>(tx: Tx, query: Query<Row>): Promise<Row | undefined> {
    return tx.find(query)
  }

  /** Writes the audit row of a change in the change's own transaction; without the row there is no change. */
  protected async audit(tx: Tx, caller: Caller, event: AuditEvent): Promise<void> {
    try {
      await recordAudit(tx, caller, event)
    } catch (error) {
      // Deadlocks and the like are tried again with the whole transaction.
      if (isTransient(error)) throw error
      throw ApplicationError.unavailable(
        'This change cannot be recorded right now, so it was not made.',
        'UNAVAILABLE',
        1,
        error,
      )
    }
  }

  /** For jobs and scripts, which do not come through a route's schema. */
  protected validateRequiredFields(data: Readonly<Record<string, unknown>>, fields: readonly string[]): void {
    for (const field of fields) {
      const value = data[field]
      if (value === undefined || value === null || value === '')
        throw ApplicationError.validation(`The field '${field}' is required.`, field)
    }
  }

  protected validateEmail(value: string): void {
    if (!EMAIL.test(value))
      throw ApplicationError.validation('This is not an e-mail address.', 'email', value)
  }

  /** The organization that the caller works in; 403 `NO_ORGANIZATION` without one. */
  protected organizationOf(caller: Caller): string {
    if (caller.organizationId === null)
      throw ApplicationError.forbidden('You do not belong to an organization.', undefined, 'NO_ORGANIZATION')
    return caller.organizationId
  }

  /** The person behind the caller; machines and jobs are refused. */
  protected personOf(caller: Caller): string {
    if (caller.userId === null) throw ApplicationError.forbidden('Only a person can do this.')
    return caller.userId
  }

  /**
   * A known constraint becomes the module's own error. An ApplicationError passes untouched, and so does anything
   * unknown: it is a rule nobody thought about, and the error handler makes it a loud 500.
   */
  protected mapDatabaseError(error: unknown, context: string): unknown {
    if (error instanceof ApplicationError || !(error instanceof Error)) return error
    const constraint =
      'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined
    const known = constraint === undefined ? undefined : this.#constraints[constraint]
    if (known) return known()
    const code = databaseCode(error)
    if (code)
      this.log.error(
        { err: error, constraint, sqlState: code },
        `unforeseen database error during ${context}`,
      )
    return error
  }
}

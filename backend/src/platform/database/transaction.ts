import type pg from 'pg'
import type { TSchema } from '@sinclair/typebox'
import { ApplicationError } from '#platform/errors'
import type { Query } from './sql.ts'

/** The only handle that reaches the database: a transaction that already knows who is asking. */
export interface Tx {
  many<Row>(query: Query<Row>): Promise<Row[]>
  /** Exactly one row; anything else is a bug here, hence a 500. */
  one<Row>(query: Query<Row>): Promise<Row>
  find<Row>(query: Query<Row>): Promise<Row | undefined>
  /** How many rows the statement touched. */
  run(query: Query): Promise<number>
  /** Called once the transaction is durable, and never when it is not; for what this process should know at once. */
  afterCommit(work: () => void): void
}

/** Sees every typed result before the caller does; tests use it to hold rows against their schemas. */
export type RowInspector = (schema: TSchema, rows: readonly unknown[], text: string) => void

export class ClientTransaction implements Tx {
  readonly #client: pg.PoolClient
  readonly #inspect: RowInspector | undefined
  readonly #afterCommit: Array<() => void> = []
  #isOpen = true

  constructor(client: pg.PoolClient, inspect: RowInspector | undefined) {
    this.#client = client
    this.#inspect = inspect
  }

  close(): void {
    this.#isOpen = false
  }

  afterCommit(work: () => void): void {
    this.#afterCommit.push(work)
  }

  committed(): void {
    for (const work of this.#afterCommit) work()
  }

  async #send<Row>(query: Query<Row>): Promise<pg.QueryResult> {
    if (!this.#isOpen) throw ApplicationError.internal('a transaction was used after its end')
    const values = query.values.map((value) => (typeof value === 'bigint' ? value.toString() : value))
    const result = await this.#client.query(
      query.name === undefined
        ? { text: query.text, values }
        : { name: query.name, text: query.text, values },
    )
    if (query.schema && this.#inspect) this.#inspect(query.schema, result.rows, query.text)
    return result
  }

  async many<Row>(query: Query<Row>): Promise<Row[]> {
    return (await this.#send(query)).rows as Row[]
  }

  async find<Row>(query: Query<Row>): Promise<Row | undefined> {
    const rows = await this.many(query)
    if (rows.length > 1)
      throw ApplicationError.internal(`expected at most one row, got ${rows.length}: ${query.text}`)
    return rows[0]
  }

  async one<Row>(query: Query<Row>): Promise<Row> {
    const row = await this.find(query)
    if (row === undefined) throw ApplicationError.internal(`expected one row, got none: ${query.text}`)
    return row
  }

  async run(query: Query): Promise<number> {
    return (await this.#send(query)).rowCount ?? 0
  }
}

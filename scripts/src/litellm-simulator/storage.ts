import { DatabaseSync, type StatementSync } from 'node:sqlite'

const schema = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma busy_timeout = 5000;
  create table if not exists documents (
    kind text not null, id text not null, body text not null, primary key (kind, id)
  ) without rowid;
  create table if not exists spend_logs (
    request_id text primary key, start_time text not null, api_key text not null, user_id text, team_id text,
    end_user text, model text, model_id text, model_group text, session_id text, key_alias text,
    status text not null, spend real not null, error_code text, error_message text, total_tokens integer not null,
    body text not null
  );
  create index if not exists spend_logs_start on spend_logs (start_time);
  create index if not exists spend_logs_key on spend_logs (api_key, start_time);
  create table if not exists daily (
    date text not null, user_id text not null, api_key text not null, model text not null, model_group text not null,
    provider text not null, endpoint text not null, prompt_tokens integer not null, completion_tokens integer not null,
    cached_tokens integer not null, spend real not null, successes integer not null, failures integer not null,
    primary key (date, user_id, api_key, model, model_group, provider, endpoint)
  ) without rowid;
`

/** The SQLite file of the simulator: rows as JSON documents, spend logs and daily counters as tables. */
export class Storage {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec(schema)
  }

  /** A prepared statement, prepared once. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const made = this.#database.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }

  /** Runs `work` in one transaction. */
  transaction(work: () => void): void {
    this.#database.exec('begin immediate')
    try {
      work()
      this.#database.exec('commit')
    } catch (error) {
      this.#database.exec('rollback')
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}

/** Rows of one kind, all in memory, every change written through. */
export class Collection<Row> {
  readonly #storage: Storage
  readonly #kind: string
  readonly #rows = new Map<string, Row>()

  constructor(storage: Storage, kind: string) {
    this.#storage = storage
    this.#kind = kind
    for (const row of storage.statement('select id, body from documents where kind = ?').all(kind)) {
      this.#rows.set(String(row['id']), JSON.parse(String(row['body'])) as Row)
    }
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  has(id: string): boolean {
    return this.#rows.has(id)
  }

  values(): Row[] {
    return [...this.#rows.values()]
  }

  get size(): number {
    return this.#rows.size
  }

  find(test: (row: Row) => boolean): Row | undefined {
    for (const row of this.#rows.values()) if (test(row)) return row
    return undefined
  }

  put(id: string, row: Row): Row {
    this.#rows.set(id, row)
    this.#storage
      .statement(
        'insert into documents (kind, id, body) values (?, ?, ?) on conflict (kind, id) do update set body = excluded.body',
      )
      .run(this.#kind, id, JSON.stringify(row))
    return row
  }

  remove(id: string): boolean {
    this.#storage.statement('delete from documents where kind = ? and id = ?').run(this.#kind, id)
    return this.#rows.delete(id)
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JsonObject } from './json.ts'
import type { State } from './state.ts'

/** A row of the spend logs as `/spend/logs*` answers it. Times are ISO 8601 UTC, spend is USD. */
export interface SpendLog {
  request_id: string
  call_type: string
  api_key: string
  spend: number
  total_tokens: number
  prompt_tokens: number
  completion_tokens: number
  startTime: string
  endTime: string
  completionStartTime: string | null
  request_duration_ms: number
  model: string
  model_id: string
  model_group: string
  custom_llm_provider: string
  api_base: string
  user: string
  metadata: JsonObject
  cache_hit: 'True' | 'False'
  cache_key: string
  request_tags: string[]
  team_id: string | null
  organization_id: string | null
  end_user: string
  requester_ip_address: string | null
  messages: JsonObject
  response: JsonObject
  session_id: string
  status: 'success' | 'failure'
  proxy_server_request: JsonObject
}

/** A finished or refused call on its way into the books. */
export interface Booking {
  log: SpendLog
  endpoint: string
  cachedTokens: number
  keyAlias: string | null
  /** False for refused credentials, which belong to no row. */
  isKeyKnown: boolean
  errorCode: string | null
  errorMessage: string | null
}

type Owner = 'key' | 'user' | 'team' | 'customer'

/** What one key did with one model, counted by the simulator itself and never flushed late. */
export interface UsageCount {
  keyHash: string
  model: string
  calls: number
  failures: number
  promptTokens: number
  completionTokens: number
  spend: number
}

const rowsPerTransaction = 500

/**
 * Spend in its two copies: at once for enforcement (`live`), and late in rows, logs and daily counters, which only a
 * `flush` brings up to date.
 */
export class SpendLedger {
  readonly #state: State
  readonly #pendingSpend = new Map<string, number>()
  readonly #counts = new Map<string, UsageCount>()
  #pendingBookings: Booking[] = []
  #flushing: Promise<void> = Promise.resolve()

  constructor(state: State) {
    this.#state = state
    const rows = state.storage
      .statement(
        `select api_key, model_group, sum(successes) as calls, sum(failures) as failures, sum(prompt_tokens) as prompt,
           sum(completion_tokens) as completion, sum(spend) as spend from daily group by api_key, model_group`,
      )
      .all()
    for (const row of rows) {
      const keyHash = String(row['api_key'])
      const model = String(row['model_group'])
      this.#counts.set(`${keyHash} ${model}`, {
        keyHash,
        model,
        calls: Number(row['calls']),
        failures: Number(row['failures']),
        promptTokens: Number(row['prompt']),
        completionTokens: Number(row['completion']),
        spend: Number(row['spend']),
      })
    }
  }

  /** Spend of a row including what is not flushed yet, USD. */
  live(owner: Owner, id: string, stored: number): number {
    return stored + (this.#pendingSpend.get(`${owner}:${id}`) ?? 0)
  }

  /** Forgets what is not flushed yet, when a row's spend is set or reset. */
  forget(owner: Owner, id: string): void {
    this.#pendingSpend.delete(`${owner}:${id}`)
  }

  book(booking: Booking): void {
    const { log } = booking
    this.#pendingBookings.push(booking)
    this.#state.callback.add(log)
    this.#count(booking)
    if (log.spend === 0) return
    if (booking.isKeyKnown) this.#add('key', log.api_key, log.spend)
    if (log.user !== '') this.#add('user', log.user, log.spend)
    if (log.team_id !== null) this.#add('team', log.team_id, log.spend)
    if (log.end_user !== '') this.#add('customer', log.end_user, log.spend)
  }

  /** Puts rows into the logs as they are, late or from another day, without spend anywhere else. */
  plant(logs: readonly SpendLog[]): void {
    const facts = {
      endpoint: '',
      cachedTokens: 0,
      keyAlias: null,
      isKeyKnown: true,
      errorCode: null,
      errorMessage: null,
    }
    this.#state.storage.transaction(() => {
      for (const log of logs) this.#insertLog({ log, ...facts })
    })
  }

  counts(): UsageCount[] {
    return [...this.#counts.values()]
  }

  /** Writes all pending spend, logs and daily counters; resolves when they can be read. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flushNow())
    return this.#flushing
  }

  #add(owner: Owner, id: string, spend: number): void {
    const name = `${owner}:${id}`
    this.#pendingSpend.set(name, (this.#pendingSpend.get(name) ?? 0) + spend)
  }

  #count({ log }: Booking): void {
    const name = `${log.api_key} ${log.model_group}`
    let count = this.#counts.get(name)
    if (count === undefined) {
      count = {
        keyHash: log.api_key,
        model: log.model_group,
        calls: 0,
        failures: 0,
        promptTokens: 0,
        completionTokens: 0,
        spend: 0,
      }
      this.#counts.set(name, count)
    }
    if (log.status === 'failure') count.failures += 1
    else count.calls += 1
    count.promptTokens += log.prompt_tokens
    count.completionTokens += log.completion_tokens
    count.spend += log.spend
  }

  async #flushNow(): Promise<void> {
    const bookings = this.#pendingBookings
    this.#pendingBookings = []
    this.#state.storage.transaction(() => this.#flushSpend())
    for (let start = 0; start < bookings.length; start += rowsPerTransaction) {
      if (start > 0) await nextTurn()
      const batch = bookings.slice(start, start + rowsPerTransaction)
      this.#state.storage.transaction(() => {
        for (const booking of batch) {
          this.#insertLog(booking)
          this.#addToDay(booking)
        }
      })
    }
  }

  #flushSpend(): void {
    const { keys, users, teams, customers } = this.#state
    const pending = [...this.#pendingSpend]
    this.#pendingSpend.clear()
    for (const [name, spend] of pending) {
      const id = name.slice(name.indexOf(':') + 1)
      if (name.startsWith('key:')) {
        const row = keys.get(id)
        if (row !== undefined) keys.put(id, { ...row, spend: row.spend + spend })
      } else if (name.startsWith('user:')) {
        const row = users.get(id)
        if (row !== undefined) users.put(id, { ...row, spend: row.spend + spend })
      } else if (name.startsWith('team:')) {
        const row = teams.get(id)
        if (row !== undefined) teams.put(id, { ...row, spend: row.spend + spend })
      } else {
        const blank = {
          alias: null,
          allowed_model_region: null,
          default_model: null,
          blocked: false,
          budget_id: null,
        }
        const row = customers.get(id) ?? { user_id: id, spend: 0, ...blank }
        customers.put(id, { ...row, spend: row.spend + spend })
      }
    }
  }

  #insertLog({ log, keyAlias, errorCode, errorMessage }: Booking): void {
    this.#state.storage
      .statement(
        `insert into spend_logs (request_id, start_time, api_key, user_id, team_id, end_user, model, model_id,
           model_group, session_id, key_alias, status, spend, error_code, error_message, total_tokens, body)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (request_id) do nothing`,
      )
      .run(
        log.request_id,
        log.startTime,
        log.api_key,
        log.user,
        log.team_id,
        log.end_user,
        log.model,
        log.model_id,
        log.model_group,
        log.session_id,
        keyAlias,
        log.status,
        log.spend,
        errorCode,
        errorMessage,
        log.total_tokens,
        JSON.stringify(log),
      )
  }

  #addToDay({ log, endpoint, cachedTokens }: Booking): void {
    const isFailure = log.status === 'failure'
    this.#state.storage
      .statement(
        `insert into daily (date, user_id, api_key, model, model_group, provider, endpoint, prompt_tokens,
           completion_tokens, cached_tokens, spend, successes, failures)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (date, user_id, api_key, model, model_group, provider, endpoint) do update set
           prompt_tokens = prompt_tokens + excluded.prompt_tokens,
           completion_tokens = completion_tokens + excluded.completion_tokens,
           cached_tokens = cached_tokens + excluded.cached_tokens, spend = spend + excluded.spend,
           successes = successes + excluded.successes, failures = failures + excluded.failures`,
      )
      .run(
        log.startTime.slice(0, 10),
        log.user,
        log.api_key,
        log.model,
        log.model_group,
        log.custom_llm_provider,
        endpoint,
        log.prompt_tokens,
        log.completion_tokens,
        cachedTokens,
        log.spend,
        isFailure ? 0 : 1,
        isFailure ? 1 : 0,
      )
  }
}

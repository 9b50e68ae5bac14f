import type { Clock } from '#platform/clock'
import { sql, type PlatformDatabase } from '#platform/database'
import { actorIdOf, type Caller } from '#platform/caller'
import { PLATFORM_ORGANIZATION_ID } from './record-audit.ts'

/** What somebody known was not allowed to do. */
export interface Refusal {
  readonly operation: string
  readonly method: string
  /** The route's pattern, never the URL: that may hold anything. */
  readonly route: string
  readonly code: string
}

interface Entry extends Refusal {
  readonly caller: Caller
  readonly at: Date
  /** Minutes since the epoch. */
  readonly minute: number
  count: number
}

/** More different refusals than this are written before their minute is over, so that memory is bounded. */
const MAX_ENTRIES = 5000
const MINUTE_MS = 60_000

const minuteOf = (at: Date) => Math.floor(at.getTime() / MINUTE_MS)

/**
 * Counts refusals of identified callers and writes one audit row per caller, operation and minute, so that somebody who
 * knocks a thousand times can neither fill the trail nor slow the door. What a killed process has counted in its last
 * minute is lost; the log has each refusal.
 */
export class RefusalLog {
  readonly #platform: PlatformDatabase
  readonly #clock: Clock
  #entries = new Map<string, Entry>()
  #writing: Promise<void> | undefined

  constructor(parts: { platform: PlatformDatabase; clock: Clock }) {
    this.#platform = parts.platform
    this.#clock = parts.clock
  }

  /** True when it is time to write although the minute is not over, because too much has come together. */
  note(caller: Caller, refusal: Refusal): boolean {
    const at = this.#clock.now()
    const minute = minuteOf(at)
    const who = caller.userId ?? caller.credentialId
    const name = `${caller.organizationId ?? ''} ${caller.kind} ${who} ${refusal.operation} ${minute}`
    const known = this.#entries.get(name)
    if (known) known.count += 1
    else this.#entries.set(name, { ...refusal, caller, at, minute, count: 1 })
    return this.#entries.size >= MAX_ENTRIES && this.#writing === undefined
  }

  /** Writes the minutes that are over, or with `everything` the present one too. What cannot be written stays for the next time. */
  async flush(options: { everything: boolean }): Promise<void> {
    await this.#writing?.catch(() => undefined)
    const present = minuteOf(this.#clock.now())
    const due = [...this.#entries].filter(([, entry]) => options.everything || entry.minute < present)
    if (due.length === 0) return
    for (const [name] of due) this.#entries.delete(name)
    try {
      this.#writing = this.#write(due.map(([, entry]) => entry))
      await this.#writing
    } catch (error) {
      for (const [name, entry] of due) {
        const since = this.#entries.get(name)
        if (since) entry.count += since.count
        this.#entries.set(name, entry)
      }
      // Bounded even while the database is away for long: the oldest go first.
      if (this.#entries.size > MAX_ENTRIES) this.#entries = new Map([...this.#entries].slice(-MAX_ENTRIES))
      throw error
    } finally {
      this.#writing = undefined
    }
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    const rows = entries.map(({ caller, at, operation, method, route, code, count }) => ({
      organization_id: caller.organizationId ?? PLATFORM_ORGANIZATION_ID,
      at: at.toISOString(),
      actor_kind: caller.kind,
      actor_id: actorIdOf(caller),
      door: caller.door,
      address: caller.address,
      request_id: caller.requestId,
      resource_id: operation,
      after: { code, method, route },
      count,
    }))
    await this.#platform.transaction('audit-refusals', (tx) =>
      tx.run(sql`
        insert into audit_logs (organization_id, at, category, action, result, actor_kind, actor_id, door, address, request_id,
          resource_type, resource_id, after, count)
        select organization_id, at, 'access', 'request.refused', 'refused', actor_kind, actor_id, door, address, request_id,
          'operation', resource_id, after, count
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (organization_id uuid, at timestamptz, actor_kind text,
          actor_id uuid, door text, address text, request_id text, resource_id text, after jsonb, count integer)`),
    )
  }
}

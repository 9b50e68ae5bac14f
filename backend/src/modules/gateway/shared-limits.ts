import { Type } from '@sinclair/typebox'
import { sql, type Database, type Scope, type Tx } from '#platform/database'

/** A rate that every process counts in PostgreSQL: units per minute. */
export interface SharedRate {
  readonly name: string
  readonly limit: number
  readonly cost: number
}

/** Calls in parallel over all processes. */
export interface SharedPlaces {
  readonly name: string
  readonly limit: number
}

/** Why a call must wait; `waitMs` is a hint. */
export interface SharedRefusal {
  readonly name: string
  readonly waitMs: number
}

/** How often a process shows a sign of life for its places, well within their life. */
export const RENEW_PLACES_MS = 10_000

/** Longest that a place outlives a process that shows no sign of life. */
const PLACE_SECONDS = 30

class Refused extends Error {
  readonly refusal: SharedRefusal
  constructor(refusal: SharedRefusal) {
    super('a shared limit is reached')
    this.refusal = refusal
  }
}

/** The limits that are too small to be divided among processes, counted exactly where all processes meet. */
export class SharedLimits {
  readonly #database: Database
  readonly #processId: string
  readonly #now: () => number

  constructor(parts: { database: Database; processId: string; now: () => number }) {
    this.#database = parts.database
    this.#processId = parts.processId
    this.#now = parts.now
  }

  /** Takes all or nothing. Answers the ids of the places to be given back, or why not. */
  async take(
    scope: Scope,
    rates: readonly SharedRate[],
    places: readonly SharedPlaces[],
  ): Promise<readonly string[] | SharedRefusal> {
    const now = this.#now()
    try {
      return await this.#database.transaction(scope, async (tx) => {
        for (const rate of [...rates].sort((a, b) => (a.name < b.name ? -1 : 1)))
          await takeRate(tx, rate, now)
        const ids: string[] = []
        for (const place of places) ids.push(await takePlace(tx, place, this.#processId, now))
        return ids
      })
    } catch (error) {
      if (error instanceof Refused) return error.refusal
      throw error
    }
  }

  /** Ends the places, and gives back what was reserved and not used. */
  async finish(scope: Scope, placeIds: readonly string[], unused: readonly SharedRate[]): Promise<void> {
    if (placeIds.length === 0 && unused.length === 0) return
    await this.#database.transaction(scope, async (tx) => {
      await Promise.all([
        tx.run(sql`delete from parallel_calls where id = any(${placeIds}::uuid[])`),
        ...unused.map((rate) =>
          tx.run(
            sql`update rate_counters set full_at = full_at - ${minutesFor(rate)}::float8 * interval '1 minute' where name = ${rate.name}`,
          ),
        ),
      ])
    })
  }
}

/** A process's sign of life for the places that its calls hold, and the end of those of processes that show none. */
export async function renewPlaces(tx: Tx, processId: string, now: Date): Promise<void> {
  await tx.run(sql`
    update parallel_calls set expires_at = ${new Date(now.getTime() + PLACE_SECONDS * 1000)}
    where process_id = ${processId} and expires_at > ${now}`)
  await tx.run(sql`delete from parallel_calls where expires_at <= ${now}`)
}

const minutesFor = (rate: SharedRate): number => (rate.limit === 0 ? 0 : rate.cost / rate.limit)

/** The bucket's end moves on by the call's share of a minute; it may never lie more than one minute ahead. */
async function takeRate(tx: Tx, rate: SharedRate, now: number): Promise<void> {
  const minutes = minutesFor(rate)
  if (rate.limit === 0 || minutes > 1) throw new Refused({ name: rate.name, waitMs: 60_000 })
  const at = new Date(now)
  const taken = await tx.run(sql`
    insert into rate_counters as c (name, full_at) values (${rate.name}, ${at}::timestamptz + ${minutes}::float8 * interval '1 minute')
    on conflict (organization_id, name) do update
      set full_at = greatest(c.full_at, ${at}) + ${minutes}::float8 * interval '1 minute'
      where greatest(c.full_at, ${at}) + ${minutes}::float8 * interval '1 minute' <= ${at}::timestamptz + interval '60.001 seconds'`)
  if (taken > 0) return
  const { waitMs } = await tx.one(sql(Type.Object({ waitMs: Type.Number() }))`
    select greatest(0, extract(epoch from full_at - ${at}::timestamptz) * 1000 + ${minutes}::float8 * 60000 - 60000)::float8 as "waitMs"
    from rate_counters where name = ${rate.name}`)
  throw new Refused({ name: rate.name, waitMs })
}

async function takePlace(tx: Tx, place: SharedPlaces, processId: string, now: number): Promise<string> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`place:${place.name}`}, 0))`)
  const row = await tx.find(sql(Type.Object({ id: Type.String() }))`
    insert into parallel_calls (name, process_id, expires_at)
    select ${place.name}, ${processId}, ${new Date(now + PLACE_SECONDS * 1000)}
    where (select count(*) from parallel_calls where name = ${place.name} and expires_at > ${new Date(now)}) < ${place.limit}
    returning id`)
  if (!row) throw new Refused({ name: place.name, waitMs: 1000 })
  return row.id
}

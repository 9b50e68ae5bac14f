import type { Clock } from '#platform/clock'
import { sql, type PlatformDatabase } from '#platform/database'

interface Used {
  readonly organizationId: string
  readonly id: string
  at: Date
  /** Tokens made since the last time, by secret. */
  readonly tokens: Map<string, number>
}

/** Remembers when machines were here and what their secrets made, and writes it down in batches; nobody waits for it. */
export class ServiceClientActivity {
  readonly #platform: PlatformDatabase
  readonly #clock: Clock
  /** One entry per client, so no more than there are clients. */
  #used = new Map<string, Used>()

  constructor(parts: { platform: PlatformDatabase; clock: Clock }) {
    this.#platform = parts.platform
    this.#clock = parts.clock
  }

  /** `secretId` where a token was made with it. */
  note(client: { organizationId: string; id: string }, secretId?: string): void {
    const known = this.#used.get(client.id)
    const used = known ?? {
      organizationId: client.organizationId,
      id: client.id,
      at: new Date(0),
      tokens: new Map(),
    }
    used.at = this.#clock.now()
    if (secretId !== undefined) used.tokens.set(secretId, (used.tokens.get(secretId) ?? 0) + 1)
    if (!known) this.#used.set(client.id, used)
  }

  /** What cannot be written stays for the next time. */
  async flush(): Promise<void> {
    if (this.#used.size === 0) return
    const due = this.#used
    this.#used = new Map()
    try {
      await this.#write([...due.values()])
    } catch (error) {
      for (const [id, used] of due) {
        const since = this.#used.get(id)
        if (since)
          for (const [secret, count] of used.tokens)
            since.tokens.set(secret, (since.tokens.get(secret) ?? 0) + count)
        else this.#used.set(id, used)
      }
      throw error
    }
  }

  async #write(entries: readonly Used[]): Promise<void> {
    const clients = entries.map(({ organizationId, id, at }) => ({
      organization_id: organizationId,
      id,
      at: at.toISOString(),
    }))
    const secrets = entries.flatMap(({ organizationId, at, tokens }) =>
      [...tokens].map(([id, count]) => ({
        organization_id: organizationId,
        id,
        at: at.toISOString(),
        count,
      })),
    )
    // In one order everywhere, so that processes do not wait for each other in a circle.
    for (const rows of [clients, secrets]) rows.sort((a, b) => (a.id < b.id ? -1 : 1))
    await this.#platform.transaction('service-client-activity', async (tx) => {
      await tx.run(sql`
        update service_clients c set last_used_at = greatest(c.last_used_at, u.at)
        from jsonb_to_recordset(${JSON.stringify(clients)}::jsonb) as u (organization_id uuid, id uuid, at timestamptz)
        where c.organization_id = u.organization_id and c.id = u.id`)
      if (secrets.length === 0) return
      await tx.run(sql`
        update service_client_secrets s set last_used_at = greatest(s.last_used_at, u.at), use_count = s.use_count + u.count
        from jsonb_to_recordset(${JSON.stringify(secrets)}::jsonb)
          as u (organization_id uuid, id uuid, at timestamptz, count bigint)
        where s.organization_id = u.organization_id and s.id = u.id`)
    })
  }
}

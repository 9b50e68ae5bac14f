import pg from 'pg'

export interface SessionLock {
  /** Gives the lock up; it is also gone when the connection or the process is. */
  release(): Promise<void>
}

/**
 * A lock held across processes for work that must not keep a transaction open, on a connection of its own. Undefined when
 * another process has it.
 */
export async function trySessionLock(url: string, name: string): Promise<SessionLock | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'litemaas-lock',
    connectionTimeoutMillis: 2000,
    keepAlive: true,
  })
  // A lost connection loses the lock, which the next run repairs; unheard, it would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const answer = await client.query<{ isHeld: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as "isHeld"',
      [name],
    )
    if (answer.rows[0]?.isHeld) return { release: () => released(client, name) }
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
  await client.end()
  return undefined
}

/** Unlocks before it hangs up, because the server may notice the end of a connection only later. */
async function released(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name])
  } catch {
    // The connection is gone, and the lock with it.
  }
  await client.end().catch(() => undefined)
}

/** Runs work that only one process may do at a time; does nothing, and answers undefined, while another one is at it. */
export async function exclusively<T>(
  url: string,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const lock = await trySessionLock(url, name)
  if (!lock) return undefined
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

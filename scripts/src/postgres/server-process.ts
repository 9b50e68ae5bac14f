import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Place } from './place.ts'

export interface ServerProcess {
  pid: number
  /** Resolves when the process has ended, however it ended. */
  ended: Promise<void>
  /** Disconnects clients, writes a checkpoint, ends. Safe to call twice. */
  stop(): Promise<void>
}

/** Thrown when PostgreSQL ends before it accepts connections; `log` are its last lines. */
export class PostgresEndedEarly extends Error {
  readonly log: string[]
  constructor(log: string[]) {
    super(log.at(-1) ?? 'PostgreSQL ended without a word')
    this.name = 'PostgresEndedEarly'
    this.log = log
  }
}

const QUICK = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']

/** Stops PostgreSQL when this process disappears without having done so: then the guard's stdin ends. */
function startGuard(pid: number, place: Place): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined
  const script = 'read -r _; sleep 1; kill -INT "$1" 2>/dev/null'
  return spawn('/bin/sh', ['-c', script, 'sh', String(pid)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...(place.account ?? {}),
  })
}

/**
 * Starts PostgreSQL on a loopback port and waits until it accepts connections. It runs in its own process group:
 * Ctrl-C in a terminal must not reach it before the processes that use it have ended.
 * @throws PostgresEndedEarly
 */
export async function startServerProcess(
  place: Place,
  port: number,
  durable: boolean,
  onLog: (line: string) => void,
): Promise<ServerProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
  }
  const child = spawn(
    place.binaries.postgres,
    [
      ...['-D', place.folder, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ...(durable ? [] : QUICK),
    ],
    { cwd: place.folder, detached: true, stdio: ['ignore', 'ignore', 'pipe'], ...(place.account ?? {}) },
  )
  const log: string[] = []
  const ended = new Promise<void>((done) => child.once('close', () => done()).once('error', () => done()))
  await new Promise<void>((ready, fail) => {
    child.once('error', (error) => fail(new PostgresEndedEarly([...log, error.message])))
    child.once('close', () => fail(new PostgresEndedEarly(log)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line)
      if (log.length > 40) log.shift()
      onLog(line)
      if (line.includes('database system is ready to accept connections')) ready()
    })
  })
  const pid = child.pid
  if (pid === undefined) throw new PostgresEndedEarly(log)
  const guard = startGuard(pid, place)
  guard?.stdin?.on('error', () => undefined)
  guard?.unref()
  void ended.then(() => guard?.kill('SIGKILL'))
  return {
    pid,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      await ended
    },
  }
}

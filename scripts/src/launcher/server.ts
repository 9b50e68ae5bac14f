import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild, type Child } from './child.ts'
import { repositoryRoot, serverEntry } from './places.ts'

const READY_TIMEOUT_MS = 60_000

/** @throws Error with one sentence when the server could not listen there. */
export async function assertPortUsable(host: string, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error('PORT must be a number between 1 and 65535.')
  }
  const code = await new Promise<string | undefined>((done) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    probe.listen(port, host, () => probe.close(() => done(undefined)))
  })
  if (code === undefined) return
  const address = `${host}:${String(port)}`
  throw new Error(
    code === 'EADDRINUSE'
      ? `Port ${String(port)} is in use: stop the program that listens there, or choose another port, for example PORT=${String(port + 1)} npm start.`
      : code === 'EACCES'
        ? `You may not listen on ${address}: choose a port above 1023, for example PORT=8080 npm start.`
        : `It is not possible to listen on ${address} (${code}): set HOST and PORT to an address of this machine.`,
  )
}

/** A line of the server's log that the person at the screen should see: errors, and what is not a log line. */
export function visibleText(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() === '' ? undefined : line
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } }
    const level =
      typeof entry.level === 'number'
        ? entry.level
        : entry.level === 'error'
          ? 50
          : entry.level === 'fatal'
            ? 60
            : 0
    if (level < 50) return undefined
    return [entry.msg, entry.err?.message].filter((part) => typeof part === 'string').join(': ')
  } catch {
    return line
  }
}

export function startServer(
  environment: NodeJS.ProcessEnv,
  logFile: string,
  onLine: (line: string) => void,
): Child {
  return startChild({ script: serverEntry, environment, workingDirectory: repositoryRoot, logFile, onLine })
}

/** The server's own address on this machine, whatever name the public uses. */
export function localUrl(environment: NodeJS.ProcessEnv): string {
  const host = environment['HOST'] ?? '127.0.0.1'
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return `http://${reachable}:${environment['PORT'] ?? '8080'}`
}

/**
 * Waits until the server says that it is ready.
 * @throws Error with its last lines when it ends before, or does not get ready in a minute.
 */
export async function waitUntilReady(server: Child, url: string): Promise<void> {
  let state = 'no answer'
  for (const end = Date.now() + READY_TIMEOUT_MS; Date.now() < end; await sleep(100)) {
    if (server.isEnded()) {
      throw new Error(
        `The server did not start (${await server.ended}). Its last words:\n${lastWords(server)}`,
      )
    }
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5000) })
      state = `${String(response.status)} ${await response.text()}`
      if (response.ok) return
    } catch {
      // It does not listen yet.
    }
  }
  throw new Error(`The server is not ready after a minute (${state}). Its last words:\n${lastWords(server)}`)
}

/** What a person needs of a server's last lines: from the error on, where there is one. */
export function lastWords(server: Child): string {
  const lines = server.lastLines().map((line) => visibleText(line) ?? line)
  const error = lines.findLastIndex((line) => /^(Error|\w+Error)\b/.test(line))
  return (error === -1 ? lines.slice(-12) : lines.slice(error, error + 12)).join('\n')
}

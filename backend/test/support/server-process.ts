import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '@litemaas/scripts/postgres'
import { eventually, type World } from './world.ts'

const SERVER = fileURLToPath(new URL('../../src/server.ts', import.meta.url))

/** The server as operators run it: a process of its own, configured by its environment alone. */
export interface ServerProcess {
  readonly url: string
  /** Everything that it has written so far, both streams. */
  output(): string
  stop(): Promise<number | null>
}

export interface Ended {
  readonly exitCode: number | null
  readonly seconds: number
  readonly output: string
}

function run(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output }
}

/** Starts the server on the world's parts, and waits until it answers. */
export async function startServerProcess(
  world: World,
  overrides: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const { child, output } = run({ ...world.environment(url, port), ...overrides })
  const ended = once(child, 'exit')
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output()}`)
    await fetch(`${url}/health/live`)
  }, 20_000)
  return {
    url,
    output,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
  }
}

/** Starts the server where it should refuse, and waits for its end. */
export async function runServerToItsEnd(
  environment: Readonly<Record<string, string>>,
  timeoutMs = 15_000,
): Promise<Ended> {
  const startedAt = performance.now()
  const { child, output } = run(environment)
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  // `close`, not `exit`: only then have both streams been read to their end.
  await once(child, 'close')
  clearTimeout(timer)
  return { exitCode: child.exitCode, seconds: (performance.now() - startedAt) / 1000, output: output() }
}

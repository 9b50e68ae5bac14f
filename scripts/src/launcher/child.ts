import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

export interface Child {
  pid: number
  /** Resolves with a sentence about how it ended. */
  ended: Promise<string>
  isEnded(): boolean
  /** The last lines that it printed. */
  lastLines(): string[]
  /** SIGTERM, then SIGKILL after the patience; resolves when it has ended. */
  stop(patienceSeconds?: number): Promise<void>
  kill(): void
}

export interface ChildOptions {
  script: string
  parameters?: readonly string[]
  environment: NodeJS.ProcessEnv
  workingDirectory: string
  /** Everything printed is appended here. */
  logFile?: string
  onLine?: (line: string) => void
}

const KEPT_LINES = 25
const START_TIMEOUT_MS = 30_000

/** For `node --import`: stops a child when the process that started it is gone. */
export const stopWithParent = new URL('stop-with-parent.ts', import.meta.url).href

/**
 * Starts a TypeScript file as a process of its own, in its own process group, so that Ctrl-C reaches the launcher
 * alone, which then stops its children in order. The channel between them tells the child when the launcher dies.
 */
export function startChild(options: ChildOptions): Child {
  const parameters = ['--import', stopWithParent, options.script, ...(options.parameters ?? [])]
  const child = spawn(process.execPath, parameters, {
    cwd: options.workingDirectory,
    env: options.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const last: string[] = []
  const log =
    options.logFile === undefined
      ? undefined
      : createWriteStream(options.logFile, { flags: 'a', mode: 0o600 })
  log?.on('error', () => undefined)
  let hasEnded = false
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => {
      hasEnded = true
      done(`could not be started (${error.message})`)
    })
    child.once('close', (code, signal) => {
      hasEnded = true
      log?.end()
      done(signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`)
    })
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line)
      if (last.length > KEPT_LINES) last.shift()
      log?.write(`${line}\n`)
      options.onLine?.(line)
    })
  }
  return {
    pid: child.pid ?? 0,
    ended,
    isEnded: () => hasEnded,
    lastLines: () => [...last],
    kill: () => void child.kill('SIGKILL'),
    async stop(patienceSeconds = 10) {
      if (hasEnded) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceSeconds * 1000)
      await ended
      clearTimeout(timer)
    },
  }
}

/**
 * Starts a part that prints the URL where it listens, and starts it again when it dies.
 * @throws Error when it ends before it has listened once.
 */
export async function startKeptAlive(
  name: string,
  options: ChildOptions,
  events: { onRestart: (sentence: string) => void; onGivenUp: (sentence: string) => void },
): Promise<{ url: string; stop(): Promise<void>; kill(): void }> {
  const restarts: number[] = []
  let isStopping = false
  let current: Child

  function start(): Promise<string> {
    return new Promise((ready, fail) => {
      let isReady = false
      current = startChild({
        ...options,
        onLine(line) {
          options.onLine?.(line)
          const url = isReady ? undefined : /https?:\/\/[^\s"]+/.exec(line)?.[0]
          if (url === undefined) return
          isReady = true
          clearTimeout(tooLate)
          ready(url)
        },
      })
      const child = current
      const tooLate = setTimeout(() => {
        fail(new Error(`${name} did not say in ${String(START_TIMEOUT_MS / 1000)} s where it listens.`))
        child.kill()
      }, START_TIMEOUT_MS)
      void child.ended.then(() => clearTimeout(tooLate))
      void child.ended.then((how) => {
        if (isStopping) return
        const words = child.lastLines().slice(-5).join('\n')
        if (!isReady && restarts.length === 0) return fail(new Error(`${name} ${how}.\n${words}`))
        const now = Date.now()
        restarts.push(now)
        if (restarts.filter((at) => now - at < 30_000).length > 5) {
          return events.onGivenUp(`${name} ${how} again and again.\n${words}`)
        }
        events.onRestart(`${name} ${how}; it is started again.`)
        setTimeout(() => {
          if (!isStopping) void start().catch(() => undefined)
        }, 300)
      })
    })
  }

  const url = await start()
  return {
    url,
    async stop() {
      isStopping = true
      await current.stop()
    },
    kill() {
      isStopping = true
      current.kill()
    },
  }
}

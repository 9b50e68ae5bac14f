import { Launcher, type LauncherOptions } from './launcher.ts'

/** One Ctrl-C may arrive twice: from the terminal and, forwarded, from npm. */
const SAME_PRESS_MS = 1000

/**
 * A SIGTERM to npm ends npm and its shell, and never reaches what they started: notice that the shell is gone. Only
 * under npm: a launcher started in the background may outlive its shell.
 */
function stopWithShell(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    stop()
  }, 500)
  timer.unref()
}

/** Runs the launcher as this process: signals, exit code. */
export async function run(options: Pick<LauncherOptions, 'environment' | 'isDevelopment'>): Promise<void> {
  const launcher = new Launcher({
    ...options,
    say: (text) => console.log(text),
    complain: (text) => console.error(text),
  })
  let firstSignalAt: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (firstSignalAt === undefined) {
        firstSignalAt = Date.now()
        void launcher.stop(0, 'Stopping; once more Ctrl-C kills ...')
      } else if (Date.now() - firstSignalAt > SAME_PRESS_MS) {
        launcher.kill()
        process.exit(130)
      }
    })
  }
  stopWithShell(() => void launcher.stop(0))
  // Started by an older Node (start.mjs), it stops when that one is gone.
  process.on('disconnect', () => void launcher.stop(0))
  // A closed terminal must not turn the orderly stop into a crash.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  void launcher.start()
  process.exitCode = await launcher.finished
  process.exit()
}

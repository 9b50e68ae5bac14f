import { join } from 'node:path'
import { describeFigures } from '../build/bundle-figures.ts'
import { buildConsole, hasConsole, isConsoleStale } from '../build/console.ts'
import { startKeptAlive } from './child.ts'
import type { Part, Supply } from './parts.ts'
import { repositoryRoot } from './places.ts'

/**
 * Builds the console when there is none, or when its sources have changed since. That it cannot be built is said and
 * stops nothing: the API works without, and the console of before goes on being served.
 */
export async function supplyBuiltConsole(say: (sentence: string) => void): Promise<void> {
  const startedAt = performance.now()
  try {
    if (!(await isConsoleStale())) return
    const figures = await buildConsole()
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    say(`The console is built (${seconds} s): ${describeFigures(figures)}.`)
  } catch (error) {
    const instead = hasConsole() ? 'the one of before is served' : 'there is none until it does'
    say(`The console does not build; ${instead}. ${(error as Error).message}`)
  }
}

/**
 * The console under Vite, which renews it in the browser as soon as a file changes. It takes the address that people
 * open, and hands the server what is the server's: so there is one origin, as in production.
 */
export async function supplyLiveConsole(
  supply: Supply,
  addresses: { host: string; port: string; publicUrl: string; server: string },
): Promise<Part> {
  const { host, port, publicUrl, server } = addresses
  const vite = await startKeptAlive(
    'The console (Vite)',
    {
      script: join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js'),
      parameters: ['--host', host, '--port', port, '--strictPort', '--clearScreen', 'false'],
      workingDirectory: join(repositoryRoot, 'frontend'),
      logFile: join(supply.folder, 'logs', 'console.log'),
      environment: {
        ...process.env,
        NODE_ENV: 'development',
        LITEMAAS_URL: server,
        // It answers requests for names that it was told only.
        __VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS: new URL(publicUrl).hostname,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
      },
    },
    { onRestart: (sentence) => supply.say(sentence), onGivenUp: (sentence) => supply.fail(sentence) },
  )
  return { stop: async () => vite.stop(), kill: () => vite.kill() }
}

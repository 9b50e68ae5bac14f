// The product as `npm start` runs it, in a folder of its own on free ports, with the data of a busy installation.
import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@litemaas/scripts/postgres'
import { visitors } from './people.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_MS = 240_000
const SEED_MS = 120_000

export interface Stack {
  readonly baseUrl: string
  readonly dataFolder: string
  stop(): Promise<void>
}

interface Wishes {
  /** 1: 500 people. */
  readonly scale: number
  readonly say?: (line: string) => void
}

export async function startStack({ scale, say = () => undefined }: Wishes): Promise<Stack> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'litemaas-stack-'))
  // As root PostgreSQL runs under another account, which has to pass through this folder.
  await chmod(dataFolder, 0o711)
  const port = String(await freePort())
  const people = join(dataFolder, 'people.json')
  await writeFile(people, JSON.stringify(visitors))
  const { PATH = '', HOME = '' } = process.env
  const environment = {
    PATH,
    HOME,
    LITEMAAS_DATA: dataFolder,
    PORT: port,
    // One address signs in as everybody here.
    SIGN_IN_RATE_LIMIT: '1000',
    IDENTITY_PROVIDER_PEOPLE: people,
  }
  const startedAt = Date.now()
  const launcher = run(['scripts/start.mjs'], environment)
  const stop = async (): Promise<void> => {
    await launcher.stop()
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    await launcher.shows('Ctrl-C stops everything', START_MS)
    say(`the product started in ${seconds(startedAt)} s`)
    const seededAt = Date.now()
    const seed = run(['scripts/src/seed/seed.ts', '--busy', '--scale', String(scale)], environment)
    if ((await seed.ended(SEED_MS)) !== 0) throw new Error(`The seed failed:\n${seed.output()}`)
    say(`the seed took ${seconds(seededAt)} s`)
  } catch (error) {
    await stop()
    throw error
  }
  return { baseUrl: `http://localhost:${port}`, dataFolder, stop }
}

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1)

function run(parameters: readonly string[], environment: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(process.execPath, parameters, {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exit = new Promise<number | null>((done) => child.once('close', done))
  const look = new EventTarget()
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      look.dispatchEvent(new Event('text'))
    })
  const within = async <T>(ms: number, what: string, promise: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new Error(`${what} within ${String(ms / 1000)} s:\n${output}`)), ms)
    })
    return Promise.race([promise, late]).finally(() => clearTimeout(timer))
  }
  return {
    output: () => output,
    ended: (ms: number) => within(ms, 'It did not end', exit),
    shows(text: string, ms: number): Promise<void> {
      const shown = new Promise<void>((done, fail) => {
        look.addEventListener('text', () => {
          if (output.includes(text)) done()
        })
        void exit.then((code) => fail(new Error(`It ended with ${String(code)}:\n${output}`)))
      })
      return within(ms, `It did not show “${text}”`, shown)
    },
    async stop(): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exit
    },
  }
}

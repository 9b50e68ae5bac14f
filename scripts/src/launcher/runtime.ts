import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '../postgres/index.ts'
import { dataFolder, explainAccess } from './places.ts'

/** What the running launcher tells the dev commands, in `runtime.json` (mode 0600, gone after a stop). */
export interface Runtime {
  pid: number
  /** Of the server as first started. */
  serverPid: number
  startedAt: string
  baseUrl: string
  publicUrl: string
  /** Everything that a further server process needs besides its own PORT. */
  serverEnvironment: Record<string, string>
  /** Of the parts; an address that the launcher was not told is absent. */
  parts: Partial<Record<PartName, string>>
}

type PartName = 'DATABASE_OWNER_URL' | 'DATABASE_SUPERUSER_URL' | 'LITELLM_MASTER_KEY' | 'OIDC_ISSUER'

/** What the command line of a launcher holds: it may be started by either file. */
const MARKS = ['scripts/start.mjs', 'launcher/main.ts', 'launcher/dev.ts']

async function writePrivately(path: string, content: unknown): Promise<void> {
  const half = `${path}.${String(process.pid)}`
  try {
    await writeFile(half, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
    await rename(half, path)
  } catch (error) {
    throw explainAccess(error, path)
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

export async function writeRuntime(folder: string, runtime: Runtime): Promise<void> {
  await writePrivately(join(folder, 'runtime.json'), runtime)
}

/** @throws Error with one sentence when no launcher runs on the data folder. */
export async function readRuntime(folder: string = dataFolder()): Promise<Runtime> {
  const path = join(folder, 'runtime.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw explainAccess(error, path)
  })
  const runtime = text === undefined ? undefined : (JSON.parse(text) as Runtime)
  if (!runtime || !(await isRunning(runtime.pid, ...MARKS))) {
    throw new Error('No LiteMaaS is running here: start it with `npm start` in another terminal.')
  }
  return runtime
}

/**
 * Makes sure that one launcher at a time uses the data folder; answers how to give it back
 * (which also removes `runtime.json`).
 * @throws Error with one sentence when another one runs.
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'launcher.pid')
  for (let attempt = 0; ; attempt += 1) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return async () => {
        await rm(join(folder, 'runtime.json'), { force: true })
        await rm(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainAccess(error, path)
      const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10)
      if (attempt > 2 || (pid !== process.pid && (await isRunning(pid, ...MARKS)))) {
        throw new Error(
          `LiteMaaS already runs on ${folder} (process ${String(pid)}): use that one, stop it, or set LITEMAAS_DATA to another folder.`,
          { cause: error },
        )
      }
      await rm(path, { force: true })
    }
  }
}

/** The ports of the last start, so that addresses stay the same where they are free. */
export async function lastPorts(folder: string): Promise<Record<string, number>> {
  const content = await readJson(join(folder, 'ports.json'))
  if (typeof content !== 'object' || content === null) return {}
  return Object.fromEntries(Object.entries(content).filter(([, port]) => Number.isInteger(port)))
}

export async function keepPorts(folder: string, ports: Record<string, number>): Promise<void> {
  await writePrivately(join(folder, 'ports.json'), ports)
}

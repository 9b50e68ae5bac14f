import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { POSTGRES_MAJOR } from './binaries.ts'
import type { Place } from './place.ts'

async function entries(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(
      `The folder ${folder} cannot be read (${(error as Error).message}): give the user who starts LiteMaaS the right to it.`,
      { cause: error },
    )
  }
}

/** Runs initdb; stdin stays closed and the password travels in a file of mode 0600 that is removed at once. */
async function initialise(place: Place, target: string, password: string, durable: boolean): Promise<void> {
  const { account, binaries } = place
  const secret = await mkdtemp(join(tmpdir(), 'litemaas-initdb-'))
  const passwordFile = join(secret, 'password')
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    if (account) {
      await chown(passwordFile, account.uid, account.gid)
      await chown(secret, account.uid, account.gid)
    }
    const child = spawn(
      binaries.initdb,
      [
        `--pgdata=${target}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--data-checksums',
        '--encoding=UTF8',
        // The built-in provider sorts alike on every machine, whatever locales are installed.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: dirname(target), stdio: ['ignore', 'ignore', 'pipe'], ...(account ?? {}) },
    )
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
    if (code !== 0)
      throw new Error(complaint.trim().split('\n').at(-1) ?? `initdb ended with ${String(code)}`)
  } finally {
    await rm(secret, { recursive: true, force: true })
  }
}

/**
 * Makes sure that the place holds a cluster of the right major version, creating it when the folder is absent or
 * empty. It is made beside and renamed, so an interrupted first start leaves nothing half made.
 * @throws Error with one sentence when the folder holds something else.
 */
export async function ensureCluster(place: Place, password: string, durable: boolean): Promise<void> {
  const { folder, account } = place
  const present = await entries(folder)
  if (present && present.length > 0) {
    const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')
    if (version.trim() === POSTGRES_MAJOR) return
    throw new Error(
      version.trim() === ''
        ? `The folder ${folder} is not a PostgreSQL data folder, or is damaged: move it away (its content is then no longer used), or restore it from a backup.`
        : `The folder ${folder} was written by PostgreSQL ${version.trim()}, and this release runs PostgreSQL ${POSTGRES_MAJOR}: dump it with the old release and restore it here, or move it away to start afresh.`,
    )
  }
  const half = `${folder}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(half, { recursive: true, mode: 0o700 })
    if (account) await chown(half, account.uid, account.gid)
    await initialise(place, half, password, durable)
    if (present) await rmdir(folder)
    await rename(half, folder)
  } catch (cause) {
    await rm(half, { recursive: true, force: true }).catch(() => undefined)
    throw new Error(
      `PostgreSQL's data folder ${folder} could not be created (${(cause as Error).message}): check the free space and that you may write there.`,
      { cause },
    )
  }
}

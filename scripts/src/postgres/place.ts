import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { canEnter, postgresAccount, type Account } from './account.ts'
import { binariesIn, installedBinaries, type Binaries } from './binaries.ts'

/** Where a cluster lives and as whom it runs. */
export interface Place {
  folder: string
  binaries: Binaries
  account: Account | undefined
  notices: string[]
  /** True when the folder was chosen here instead of by the caller. */
  isElsewhere: boolean
}

function nearestExisting(folder: string): string {
  let current = folder
  while (!existsSync(current)) current = dirname(current)
  return current
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

async function copyBinaries(source: Binaries, target: string): Promise<Binaries> {
  if (!existsSync(target)) {
    const half = `${target}.${String(process.pid)}`
    await cp(source.root, half, { recursive: true, verbatimSymlinks: true })
    // Two starts may race; whoever renames first wins, and the copies are the same.
    await rename(half, target).catch(async (error: unknown) => {
      await rm(half, { recursive: true, force: true })
      if (!existsSync(target)) throw error
    })
  }
  return binariesIn(target, source.version)
}

/**
 * Chooses the folder, the programs and the account. As root, user `postgres` must be able to enter both folders; a
 * home of mode 0700 shuts it out, and then programs and data move under /var/lib/litemaas.
 */
export async function findPlace(wanted: string, durable: boolean): Promise<Place> {
  const folder = resolve(wanted)
  const binaries = installedBinaries()
  const account = postgresAccount()
  const notices: string[] = []
  if (!account) return { folder, binaries, account, notices, isElsewhere: false }
  if (account.isNew) {
    notices.push('Created the system user postgres, because PostgreSQL refuses to run as root.')
  }
  const mayRun = canEnter(account, binaries.root)
  const mayStore = canEnter(account, nearestExisting(dirname(folder)))
  if (mayRun && mayStore) return { folder, binaries, account, notices, isElsewhere: false }

  const home = join('/var/lib/litemaas', digest(folder))
  await mkdir(home, { recursive: true, mode: 0o755 })
  await Promise.all([chmod(dirname(home), 0o755), chmod(home, 0o755)])
  const programs = mayRun
    ? binaries
    : await copyBinaries(
        binaries,
        join(dirname(home), `postgresql-${digest(`${binaries.root} ${binaries.version}`)}`),
      )
  if (durable) {
    notices.push(`User postgres may not enter ${dirname(folder)}, so PostgreSQL is kept under ${home}.`)
  }
  return { folder: join(home, 'postgres'), binaries: programs, account, notices, isElsewhere: true }
}

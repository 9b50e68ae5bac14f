import { mkdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The clone's top folder. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '')

export const serverEntry = join(repositoryRoot, 'backend', 'src', 'server.ts')

/** Where everything that outlives a stop is kept: LITEMAAS_DATA, else `.data` in the clone. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(repositoryRoot, environment['LITEMAAS_DATA'] || '.data')
}

/**
 * Makes the folder. As root others may walk through it (not list it), because PostgreSQL runs as another user.
 * @throws Error with one sentence when it cannot be made.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  } catch (cause) {
    throw new Error(
      `LiteMaaS keeps its data in ${folder} and may not create it (${(cause as Error).message}): give yourself the right to write there, or set LITEMAAS_DATA to another folder.`,
      { cause },
    )
  }
}

/** Turns "may not read or write this file of ours" into a sentence; answers any other error as it is. */
export function explainAccess(error: unknown, path: string): Error {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') return error as Error
  return new Error(
    `${path} belongs to somebody else (perhaps an earlier start as root): take it over with chown, or set LITEMAAS_DATA to another folder.`,
    { cause: error },
  )
}

/** A path as the person would type it, when that is shorter. */
export function shortPath(path: string): string {
  const short = relative(repositoryRoot, path)
  return short.startsWith('..') || short === '' ? path : short
}

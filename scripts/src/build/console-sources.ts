import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** A file by its path from the top of the repository, with slashes. */
export interface Source {
  readonly path: string
  readonly content: Uint8Array | string
}

/** What no build of the console is made of, though it stands in its folder. */
const NOT_BUILT = /\.(test\.tsx?|md)$|^frontend\/e2e\//
const SKIPPED_FOLDERS = /^(node_modules|dist|e2e|\.building-.*)$/

/**
 * One word for everything that a build is made of: the same word, the same console. By content and not by time, so that
 * a fresh clone, a branch and back, or a copied folder tell the truth.
 */
export function fingerprintOf(sources: readonly Source[]): string {
  const hash = createHash('sha256')
  const chosen = sources.filter(({ path }) => !NOT_BUILT.test(path))
  for (const { path, content } of chosen.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${String(content.length)}\0`)
    hash.update(content)
  }
  return hash.digest('hex')
}

/** The console's sources, and the lockfile that says which libraries go in. */
export async function readConsoleSources(repository: string): Promise<Source[]> {
  const inFolder = await filesBelow(join(repository, 'frontend'))
  const paths = [...inFolder, join(repository, 'package-lock.json')]
  return Promise.all(
    paths.map(async (path) => ({
      path: relative(repository, path).split(sep).join('/'),
      content: await readFile(path),
    })),
  )
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return SKIPPED_FOLDERS.test(entry.name) ? [] : filesBelow(path)
      return entry.isFile() ? [path] : []
    }),
  )
  return found.flat()
}

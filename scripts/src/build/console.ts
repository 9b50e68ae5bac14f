import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { bin, repository } from '../checks/run-steps.ts'
import { figuresOf, type BundleFigures } from './bundle-figures.ts'
import { compressFiles } from './compressed-files.ts'
import { fingerprintOf, readConsoleSources } from './console-sources.ts'

const FRONTEND = join(repository, 'frontend')
const BUILT = join(FRONTEND, 'dist')
/** Says what a build was made of; its name keeps it from being served. */
const STAMP = '.fingerprint'

const currentFingerprint = async (): Promise<string> => fingerprintOf(await readConsoleSources(repository))

/** Whether `npm start` has to build: there is no console, or its sources have changed since. */
export async function isConsoleStale(): Promise<boolean> {
  if (!hasConsole()) return true
  const stamp = await readFile(join(BUILT, STAMP), 'utf8').catch(() => '')
  return stamp !== (await currentFingerprint())
}

export const hasConsole = (): boolean => existsSync(join(BUILT, 'index.html'))

/**
 * Builds the console beside the one that is there, which is replaced only when all has gone well.
 * @throws Error with what the builder said.
 */
export async function buildConsole(): Promise<BundleFigures> {
  const fingerprint = await currentFingerprint()
  const folder = await mkdtemp(join(FRONTEND, '.building-'))
  try {
    const figures = await buildConsoleInto(folder)
    await writeFile(join(folder, STAMP), fingerprint)
    // Made for its owner alone, and in an image the server is somebody else.
    await chmod(folder, 0o755)
    await replace(BUILT, folder)
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The build itself, in a folder of the caller's. */
export async function buildConsoleInto(folder: string): Promise<BundleFigures> {
  await runVite(folder)
  await compressFiles(folder)
  return measure(folder)
}

/** What the build in that folder makes a visitor wait for. */
async function measure(folder: string): Promise<BundleFigures> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8'))
  return figuresOf(manifest, (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length)
}

function runVite(folder: string): Promise<void> {
  const parameters = [
    bin('vite/bin/vite.js'),
    'build',
    '--outDir',
    folder,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  return new Promise((done, fail) => {
    const vite = spawn(process.execPath, parameters, {
      cwd: FRONTEND,
      stdio: ['ignore', 'pipe', 'pipe'],
      // React's own checks stay in a build for any other word.
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: undefined },
    })
    let said = ''
    for (const stream of [vite.stdout, vite.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)))
    vite.once('error', fail)
    vite.once('close', (code) => {
      if (code === 0) done()
      // Where in the builder's own code it was noticed helps nobody.
      else
        fail(
          new Error(
            stripVTControlCharacters(said)
              .split(/\n\s+at /)[0]
              ?.trim(),
          ),
        )
    })
  })
}

/** Another start may do the same at this very moment; whoever comes last wins, and nobody fails. */
async function replace(place: string, folder: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const old = `${folder}-old`
    await rename(place, old).catch(() => undefined)
    try {
      await rename(folder, place)
      return
    } catch (error) {
      if (attempt >= 5) throw error
    } finally {
      await rm(old, { recursive: true, force: true })
    }
  }
}

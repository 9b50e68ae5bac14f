// `npm run build`: backend/dist (with its own imports map) and frontend/dist. The migrations stay where they are: the
// server looks for them beside `dist`, as it does beside `src`.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { bin, repository, run } from '../checks/run-steps.ts'
import { describeFigures, isTooBig } from './bundle-figures.ts'
import { buildConsole } from './console.ts'
import { distManifest } from './dist-manifest.ts'

const at = (path: string): string => resolve(repository, path)

await rm(at('backend/dist'), { recursive: true, force: true })
const command = [process.execPath, bin('typescript/bin/tsc'), '-p', 'backend/tsconfig.build.json'] as const
if ((await run({ name: 'compile', command })) !== 0) {
  console.error('The backend does not compile; nothing was built.')
  process.exit(1)
}
const manifest = distManifest(JSON.parse(await readFile(at('backend/package.json'), 'utf8')))
await writeFile(at('backend/dist/package.json'), `${JSON.stringify(manifest, null, 2)}\n`)

try {
  const figures = await buildConsole()
  console.log(`The console: ${describeFigures(figures)}.`)
  if (isTooBig(figures)) {
    console.error('That is too much JavaScript before the first page: import what few pages need lazily.')
    process.exit(1)
  }
} catch (error) {
  console.error(`The console does not build:\n${(error as Error).message}`)
  process.exit(1)
}
console.log('Built backend/dist and frontend/dist.')

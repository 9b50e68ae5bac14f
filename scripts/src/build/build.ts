// `npm run build`: backend/dist (with its own imports map) and frontend/dist. The migrations stay where they are: the
// server looks for them beside `dist`, as it does beside `src`.
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { bin, repository, run } from '../checks/run-steps.ts'
import { distManifest } from './dist-manifest.ts'

const at = (path: string): string => resolve(repository, path)

for (const folder of ['backend/dist', 'frontend/dist']) await rm(at(folder), { recursive: true, force: true })

const command = [process.execPath, bin('typescript/bin/tsc'), '-p', 'backend/tsconfig.build.json'] as const
if ((await run({ name: 'compile', command })) !== 0) {
  console.error('The backend does not compile; nothing was built.')
  process.exit(1)
}
const manifest = distManifest(JSON.parse(await readFile(at('backend/package.json'), 'utf8')))
await writeFile(at('backend/dist/package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
await cp(at('frontend/public'), at('frontend/dist'), { recursive: true })
console.log('Built backend/dist and frontend/dist.')

// SC-01: what is installed comes from the registry, is pinned by integrity, and runs only the scripts that were reviewed.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { judgeManifest, judgeLockfile, type Lockfile, type Manifest } from './supply-chain.ts'
import { repository } from './run-steps.ts'

const read = <T>(path: string): T => JSON.parse(readFileSync(resolve(repository, path), 'utf8'))

const root = read<Manifest>('package.json')
const lock = read<Lockfile>('package-lock.json')
const faults = judgeLockfile(lock, root.allowScripts ?? {})
for (const workspace of ['', ...(root.workspaces ?? [])]) {
  const path = workspace === '' ? 'package.json' : `${workspace}/package.json`
  faults.push(...judgeManifest(path, read<Manifest>(path)))
}

for (const fault of faults) console.error(`  ${fault}`)
if (faults.length === 0)
  console.log(`  ${Object.keys(lock.packages).length} locked entries, all from the registry`)
process.exitCode = faults.length === 0 ? 0 : 1

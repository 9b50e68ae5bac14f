// `npm ci` must never fail over git hooks: no repository, no lefthook or CI simply means no hooks.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const lefthook = 'node_modules/lefthook/bin/index.js'
if (process.env.CI === undefined && existsSync('.git') && existsSync(lefthook)) {
  spawnSync(process.execPath, [lefthook, 'install'], { stdio: 'ignore' })
}

// First hop of `npm start`. Plain JavaScript on purpose: it has to run on Node 20, and goes on with the Node that
// the project brings.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const wanted = 24
const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const isRecent = Number(process.versions.node.split('.')[0]) >= wanted
const bundled = local(`../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`)

if (!existsSync(local('../node_modules'))) {
  console.error('The dependencies are not installed: run `npm ci` first.')
  process.exit(1)
}
if (isRecent) await import('./src/launcher/main.ts')
else if (!existsSync(bundled)) {
  console.error(
    `Node ${process.versions.node} runs this, and LiteMaaS needs Node ${wanted}, which is installed with the dependencies. ` +
      'Scripts were probably blocked during the installation: run `npm rebuild node`, then `npm start` again.',
  )
  process.exit(1)
} else {
  // Through the channel the launcher notices when this process is killed.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const launcher = spawn(bundled, [local('src/launcher/main.ts')], { stdio })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => launcher.kill(signal))
  // A SIGTERM to npm ends its shell and does not reach us, see run.ts.
  const shell = process.ppid
  if (process.env.npm_lifecycle_event)
    setInterval(() => process.ppid !== shell && launcher.kill('SIGTERM'), 500)
  launcher.once('exit', (code, signal) => process.exit(signal === null ? code : 1))
}

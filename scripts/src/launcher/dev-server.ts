// `npm run dev:server -- --port 8081 [--public-url URL]`: a second server process on the running launcher's parts, in
// the foreground. It is a replica: with the same PUBLIC_URL, so that tokens of one are tokens of the other.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { stopWithParent } from './child.ts'
import { repositoryRoot, serverEntry } from './places.ts'
import { readRuntime } from './runtime.ts'
import { assertPortUsable } from './server.ts'

try {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8081' }, 'public-url': { type: 'string' } },
  })
  const { serverEnvironment } = await readRuntime()
  const environment = {
    ...process.env,
    ...serverEnvironment,
    PORT: values.port,
    ...(values['public-url'] === undefined ? {} : { PUBLIC_URL: values['public-url'] }),
  }
  await assertPortUsable(serverEnvironment['HOST'] ?? '127.0.0.1', Number(values.port))
  console.error(`A further server on http://localhost:${values.port}; Ctrl-C stops it.`)
  const server = spawn(process.execPath, ['--import', stopWithParent, serverEntry], {
    cwd: repositoryRoot,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void server.kill(signal))
  }
  server.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../..', import.meta.url))

// A few of the sixty kills of `npm run chaos`; with --kills 60 it is the whole exercise.
test('kill -9 at seeded moments loses nothing and leaves nothing behind', { timeout: 240_000 }, async () => {
  const { stdout } = await run(
    process.execPath,
    ['scripts/src/chaos/main.ts', '--kills', '10', '--seed', '7', '--patience', '30'],
    {
      cwd: repository,
      timeout: 230_000,
    },
  ).catch((error: { stdout?: string; stderr?: string; message: string }) => {
    throw new Error(`${error.stdout ?? ''}\n${error.stderr ?? error.message}`)
  })
  expect(stdout).toContain('10 kills')
  expect(stdout).not.toContain('FAIL')
})

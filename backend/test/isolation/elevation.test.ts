import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { expectGolden } from '../support/golden.ts'

const SOURCE = new URL('../../src/', import.meta.url)

async function sources(): Promise<Array<{ file: string; text: string }>> {
  const files = (await readdir(SOURCE, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  return Promise.all(
    files.sort().map(async (file) => ({ file, text: await readFile(new URL(file, SOURCE), 'utf8') })),
  )
}

/** By a literal name, or on a handle that is called after the platform; the application's own handle takes a scope, never a name. */
const ELEVATED = [
  /\.transaction\(\s*['"`]([^'"`]+)['"`]/g,
  /platform\w*\s*\.transaction\(\s*([\w.#]+|[`][^`]+[`])\s*,/gi,
]

it('reaches across organizations in the named jobs of the golden file, and nowhere else', async () => {
  const calls = (await sources()).flatMap(({ file, text }) =>
    ELEVATED.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => `${file} ${match[1]}`)),
  )
  expect(calls.length).toBeGreaterThan(5)
  await expectGolden(new URL('./elevation.golden.txt', import.meta.url), [...new Set(calls)].sort())
})

it('opens the elevated pool in one place', async () => {
  const opened = (await sources()).filter(({ text }) => text.includes('new PlatformDatabase('))
  expect(opened.map(({ file }) => file)).toEqual(['plugins/database.ts'])
})

it('never switches a role, or row security, by hand', async () => {
  const switching =
    /\bset\s+(local\s+|session\s+)?(role|session authorization|row_security|session_replication_role)\b/i
  const comments = /\/\*[^]*?\*\/|\/\/.*/g
  // A column may be called role.
  const updates = /\bupdate(\s+\w+)?\s+set\s+role\s*=/gi
  const found = (await sources()).filter(({ text }) =>
    switching.test(text.replaceAll(comments, '').replaceAll(updates, '')),
  )
  expect(found.map(({ file }) => file)).toEqual([])
})

it('sets the scope in one place', async () => {
  const found = (await sources()).filter(({ text }) => /set_config\((?!'work_mem')/.test(text))
  expect(found.map(({ file }) => file)).toEqual(['platform/database/scoped-pool.ts'])
})

import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSecrets } from './secrets.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'litemaas-secrets-'))
  path = join(folder, 'secrets.env')
})

afterEach(async () => rm(folder, { recursive: true, force: true }))

test('are long, differ from each other, and are the same at the next start', async () => {
  const first = await loadSecrets(folder)
  const values = Object.values(first)
  for (const value of values) expect(value.length).toBeGreaterThanOrEqual(32)
  expect(new Set(values).size).toBe(values.length)
  expect(Buffer.from(first.ENCRYPTION_KEY, 'base64')).toHaveLength(32)
  expect(first.LITELLM_MASTER_KEY).toMatch(/^sk-/)
  expect(await loadSecrets(folder)).toEqual(first)
})

test('lie in a file that only its owner reads, even when somebody opened it up', async () => {
  await loadSecrets(folder)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await chmod(path, 0o644)
  await loadSecrets(folder)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a missing one is generated, the others and foreign lines stay', async () => {
  const first = await loadSecrets(folder)
  const text = await readFile(path, 'utf8')
  await writeFile(path, `${text.replace(/^KEY_PEPPER=.*\n/m, '')}OTHER=kept\n`)
  const second = await loadSecrets(folder)
  expect(second.KEY_PEPPER).not.toBe(first.KEY_PEPPER)
  expect({ ...second, KEY_PEPPER: '' }).toEqual({ ...first, KEY_PEPPER: '' })
  expect(await readFile(path, 'utf8')).toContain('OTHER=kept')
  expect(await loadSecrets(folder)).toEqual(second)
})

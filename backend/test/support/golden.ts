import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'

/** Holds lines against a committed file; `UPDATE_GOLDEN=1` writes it anew, for a reviewer to read the difference. */
export async function expectGolden(file: URL, lines: readonly string[]): Promise<void> {
  const text = `${lines.join('\n')}\n`
  if (process.env['UPDATE_GOLDEN'] === '1') return writeFile(file, text)
  const golden = await readFile(file, 'utf8').catch(() => '')
  expect(
    text.split('\n'),
    `differs from ${file.pathname.split('/').slice(-3).join('/')}; UPDATE_GOLDEN=1 rewrites it`,
  ).toEqual(golden.split('\n'))
}

import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const SOURCE = new URL('../../../src/', import.meta.url)
const DOCUMENT = new URL('../../../../docs/api/events.md', import.meta.url)

/** What stands between `name:` and `audience` of an event, where the name is written out. */
const ANNOUNCED = /name: ([^;{}]*?)audience/g

async function announcedNames(): Promise<string[]> {
  const files = (await readdir(SOURCE, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, SOURCE), 'utf8')))
  return texts
    .filter((text) => text.includes('#platform/events'))
    .flatMap((text) =>
      [...text.matchAll(ANNOUNCED)].flatMap(([, part = '']) => part.match(/'[a-z-]+\.[a-z_-]+'/g) ?? []),
    )
    .map((name) => name.slice(1, -1))
}

it('finds every announced name in docs/api/events.md', async () => {
  const names = await announcedNames()
  expect(names.length).toBeGreaterThan(5)
  const document = await readFile(DOCUMENT, 'utf8')
  const missing = [...new Set(names)].filter((name) => !document.includes(`| \`${name}\``))
  expect(missing).toEqual([])
})

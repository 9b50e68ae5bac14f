import { expect, test } from 'vitest'
import { repository } from '../checks/run-steps.ts'
import { fingerprintOf, readConsoleSources, type Source } from './console-sources.ts'

const page: Source = { path: 'frontend/src/main.tsx', content: 'a' }
const words: Source = { path: 'frontend/src/i18n/locales/en/common.json', content: '{}' }
const before = fingerprintOf([page, words])

test('the order in which files are found does not matter', () => {
  expect(fingerprintOf([words, page])).toBe(before)
})

test.each([
  ['a changed file', [{ ...page, content: 'b' }, words]],
  ['a changed word', [page, { ...words, content: '{ }' }]],
  ['a new file', [page, words, { path: 'frontend/src/new.ts', content: '' }]],
  ['a file that went', [page]],
  ['a file with another name', [{ ...page, path: 'frontend/src/other.tsx' }, words]],
  [
    'text that moved from one file to the next',
    [
      { ...page, content: 'a{' },
      { ...words, content: '}' },
    ],
  ],
])('%s makes the build stale', (_what, sources) => {
  expect(fingerprintOf(sources)).not.toBe(before)
})

test('tests and notes do not', () => {
  const others = ['frontend/src/ui/formats.test.ts', 'frontend/CLAUDE.md', 'frontend/e2e/journeys.ts']
  expect(fingerprintOf([page, words, ...others.map((path) => ({ path, content: 'x' }))])).toBe(before)
})

test('the real sources are found in no time', async () => {
  const start = performance.now()
  const sources = await readConsoleSources(repository)
  fingerprintOf(sources)
  expect(performance.now() - start).toBeLessThan(1000)
  const paths = sources.map(({ path }) => path)
  for (const path of [
    'package-lock.json',
    'frontend/index.html',
    'frontend/vite.config.ts',
    'frontend/package.json',
    'frontend/public/icon.svg',
    'frontend/src/main.tsx',
    'frontend/src/i18n/locales/ja/common.json',
    'frontend/src/api/generated/operations.ts',
  ])
    expect(paths).toContain(path)
  expect(paths.filter((path) => /node_modules|\/dist\//.test(path))).toEqual([])
})

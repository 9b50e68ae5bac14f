import { expect, test } from 'vitest'
import { judgeLockfile, judgeManifest } from './supply-chain.ts'

const integrity = 'sha512-abc'
const lock = (packages: Record<string, object>) => ({ lockfileVersion: 3, packages })

test('a locked package from the registry with integrity passes', () => {
  const packages = { 'node_modules/a': { integrity, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' } }
  expect(judgeLockfile(lock({ '': {}, backend: {}, ...packages }), {})).toEqual([])
})

test.each([
  ['git', { integrity, resolved: 'git+ssh://git@github.com/a/a.git#1' }, /not from the registry/],
  ['http', { integrity, resolved: 'http://registry.npmjs.org/a.tgz' }, /not from the registry/],
  [
    'another host',
    { integrity, resolved: 'https://registry.npmjs.org.example/a.tgz' },
    /not from the registry/,
  ],
  ['no integrity', {}, /no sha512 integrity/],
  ['weak integrity', { integrity: 'sha1-abc' }, /no sha512 integrity/],
  ['an undecided script', { integrity, hasInstallScript: true }, /allow or deny/],
])('%s is a fault', (_name, entry, message) => {
  expect(judgeLockfile(lock({ 'node_modules/x/node_modules/a': entry }), {}).join()).toMatch(message)
})

test('only reviewed packages may run scripts, and the list has no strangers', () => {
  const packages = { 'node_modules/a': { integrity, hasInstallScript: true } }
  expect(judgeLockfile(lock(packages), { a: false })).toEqual([])
  expect(judgeLockfile(lock(packages), { a: true }).join()).toMatch(/without having been reviewed/)
  expect(judgeLockfile(lock({}), { a: false }).join()).toMatch(/has no install script/)
})

test.each(['^1.0.0', '*', 'latest', 'git+https://x/y.git', 'file:../a', 'https://x/a.tgz', '1.x'])(
  '%s is not a pin',
  (wanted) => {
    expect(judgeManifest('p', { dependencies: { a: wanted } })).toHaveLength(1)
  },
)

test('an exact version is a pin', () => {
  expect(judgeManifest('p', { dependencies: { a: '1.2.3', b: '18.4.0-beta.17' } })).toEqual([])
})

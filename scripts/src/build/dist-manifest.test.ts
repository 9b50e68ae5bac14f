import { expect, test } from 'vitest'
import { distManifest } from './dist-manifest.ts'

const manifest = {
  name: 'n',
  version: '1.0.0',
  imports: { '#app': './src/app.ts', '#platform/*': './src/platform/*/index.ts' },
}

test('every entry of the map leads to compiled files beside it', () => {
  expect(distManifest(manifest)).toMatchObject({
    type: 'module',
    imports: { '#app': './app.js', '#platform/*': './platform/*/index.js' },
  })
})

test('an entry that leaves src stops the build', () => {
  expect(() => distManifest({ ...manifest, imports: { '#x': '../x.ts' } })).toThrow(/src/)
})

test('what only tests import stays behind', () => {
  const imports = { ...manifest.imports, '#test': './test/support/index.ts' }
  expect(distManifest({ ...manifest, imports })).toEqual(distManifest(manifest))
})

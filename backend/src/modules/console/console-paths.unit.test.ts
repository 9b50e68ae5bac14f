import { expect, it } from 'vitest'
import { asksForPage, nameOfAsset, nameOfTopFile } from './console-paths.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

it.each(['/', '/api-keys', '/admin/users/7?in=all', '/models/a%20b', '/apiary', '/v1x', '/docsify'])(
  '%s is a page of the console',
  (url) => {
    expect(asksForPage(url, BROWSER)).toBe(true)
    expect(asksForPage(url, 'application/json')).toBe(false)
    expect(asksForPage(url, '*/*')).toBe(false)
    expect(asksForPage(url, undefined)).toBe(false)
  },
)

it.each([
  '/api/v1/nothing',
  '/api',
  '/API/v1',
  '/%61pi/v1/models',
  '/v1/nothing',
  '/docs/nothing',
  '/health/nothing',
  '/metrics',
  '/openapi.json',
  '/.well-known/nothing',
  '/assets/gone.js',
  '/%',
])('%s is none', (url) => {
  expect(asksForPage(url, BROWSER)).toBe(false)
})

it('knows the build’s files by their form', () => {
  expect(nameOfAsset('index-B7Z5UqIO.js')).toBe('index-B7Z5UqIO.js')
  for (const name of ['', '.hidden', '../index.html', 'a/b.js', 'a..b', '..%2fx', 'a\\b'])
    expect(nameOfAsset(name), name).toBeUndefined()
  expect(nameOfTopFile('icon.svg')).toBe('icon.svg')
  for (const name of [
    'index.html',
    '.vite/manifest.json',
    'icon.svg.br',
    '../icon.svg',
    'icon',
    'api/icon.svg',
  ])
    expect(nameOfTopFile(name), name).toBeUndefined()
})

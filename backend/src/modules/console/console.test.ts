import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessHandler } from '#platform/http'
import { startWorld, type World } from '#test'
import { serveConsole } from './console-files.ts'

const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8'
const PAGE = '<!doctype html><title>The console</title>'
const SCRIPT = 'export const answer = 42 '.repeat(50)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

describe('the files', () => {
  let root: string
  let app: FastifyInstance

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'litemaas-console-'))
    const { default: Fastify } = await import('fastify')
    app = Fastify()
    app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
    await serveConsole(app, {
      root,
      publicUrl: new URL('http://localhost:8080'),
      access: accessHandler({ kind: 'public' }, () => undefined),
    })
  })
  afterAll(async () => {
    await app.close()
    await rm(root, { recursive: true, force: true })
  })
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { host: 'localhost:8080', ...headers } })

  it('are said to be missing before there is a build, and are there as soon as it is', async () => {
    const before = await get('/', { accept: BROWSER })
    expect([before.statusCode, before.headers['cache-control']]).toEqual([503, 'no-store'])
    expect(before.body).toContain('npm run build')

    await mkdir(join(root, 'assets'))
    await mkdir(join(root, '.vite'))
    await writeFile(join(root, 'index.html'), PAGE)
    await writeFile(join(root, 'index.html.gz'), gzipSync(PAGE))
    await writeFile(join(root, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    await writeFile(join(root, '.vite/manifest.json'), '{}')
    await writeFile(join(root, 'assets/main-abc123.js'), SCRIPT)
    await writeFile(join(root, 'assets/main-abc123.js.br'), brotliCompressSync(SCRIPT))
    await writeFile(join(root, 'assets/main-abc123.js.gz'), gzipSync(SCRIPT))
    await writeFile(join(root, 'assets/font-abc123.woff2'), 'font')
    const after = await get('/', { accept: BROWSER })
    expect([after.statusCode, after.body]).toEqual([200, PAGE])
  })

  it('with a digest in the name are kept for good, the page is asked for each time', async () => {
    const asset = await get('/assets/main-abc123.js')
    expect(asset.statusCode).toBe(200)
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(asset.headers['content-type']).toContain('javascript')
    const page = await get('/', { accept: BROWSER })
    expect(page.headers['cache-control']).toBe('no-cache')
    expect(page.headers['permissions-policy']).toContain('camera=()')
    const again = await get('/', { accept: BROWSER, 'if-none-match': String(page.headers['etag']) })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    expect((await get('/icon.svg')).headers['cache-control']).toBe('public, max-age=3600')
  })

  it('come compressed as the build left them, or plain', async () => {
    const sizes = await Promise.all(
      ['br, gzip', 'gzip', 'identity'].map(async (encoding) => {
        const answer = await get('/assets/main-abc123.js', { 'accept-encoding': encoding })
        expect(answer.headers['content-type']).toContain('javascript')
        expect(answer.headers['cache-control']).toContain('immutable')
        expect(answer.headers['vary']).toContain('accept-encoding')
        return [answer.headers['content-encoding'], answer.rawPayload.length]
      }),
    )
    expect(sizes).toEqual([
      ['br', brotliCompressSync(SCRIPT).length],
      ['gzip', gzipSync(SCRIPT).length],
      [undefined, SCRIPT.length],
    ])
    const page = await get('/', { accept: BROWSER, 'accept-encoding': 'gzip' })
    expect(gunzipSync(page.rawPayload).toString()).toBe(PAGE)
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.headers['cache-control']).toBe('no-cache')
    const font = await get('/assets/font-abc123.woff2', { 'accept-encoding': 'br, gzip' })
    expect([font.statusCode, font.headers['content-encoding'], font.body]).toEqual([200, undefined, 'font'])
  })

  it('that are missing are missing, and nobody keeps that', async () => {
    for (const url of ['/assets/gone.js', '/gone.svg']) {
      const answer = await get(url, { accept: BROWSER })
      expect(answer.statusCode, url).toBe(404)
      expect(answer.headers['cache-control'], url).toBe('no-store')
    }
    for (const url of ['/.vite/manifest.json', '/index.html.gz', '/assets', '/assets/'])
      expect((await get(url)).statusCode, url).toBe(404)
  })

  it('show the page for an address that only the console knows', async () => {
    const page = await get('/admin/users/7?in=all', { accept: BROWSER })
    expect([page.statusCode, page.body, page.headers['cache-control']]).toEqual([200, PAGE, 'no-cache'])
    expect((await get('/admin/users/7')).statusCode).toBe(404)
    expect((await get('/api/v1/nothing', { accept: BROWSER })).statusCode).toBe(404)
    const elsewhere = await get('/api-keys?page=2', { accept: BROWSER, host: '127.0.0.1:8080' })
    expect([elsewhere.statusCode, elsewhere.headers['location']]).toEqual([
      302,
      'http://localhost:8080/api-keys?page=2',
    ])
    expect((await get('/assets/main-abc123.js', { host: '127.0.0.1:8080' })).statusCode).toBe(200)
  })
})

describe('the server', () => {
  it('allows its pages this origin only, and nothing inline', async () => {
    const policy = (await world.anonymous.get('/')).headers.get('content-security-policy') ?? ''
    expect(Object.fromEntries(policy.split(';').map((part) => part.trim().split(/ (.*)/, 2)))).toEqual({
      'default-src': "'self'",
      'script-src': "'self'",
      'script-src-attr': "'none'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    })
  })

  it('neither counts files nor looks at cookies for them, and goes on counting the API', async () => {
    const server = await world.startServer({ ANONYMOUS_RATE_LIMIT: '3' })
    const cookie = 'litemaas=never-looked-at'
    for (let index = 0; index < 10; index += 1)
      for (const path of ['/', '/somewhere', '/assets/gone.js']) {
        const answer = await fetch(`${server.url}${path}`, { headers: { accept: BROWSER, cookie } })
        expect(answer.status).not.toBe(429)
        expect(answer.headers.get('ratelimit')).toBeNull()
        expect(answer.headers.get('set-cookie')).toBeNull()
      }
    const statuses = []
    for (let index = 0; index < 4; index += 1)
      statuses.push((await fetch(`${server.url}/api/v1/config`, { headers: { cookie } })).status)
    expect(statuses).toEqual([200, 200, 200, 429])
  })

  it('tells programs in their own words that there is nothing', async () => {
    for (const path of ['/nowhere', '/assets/gone.js', '/api/v1/nothing', '/gone.svg']) {
      const { status, body, headers } = await world.anonymous.get(path)
      expect([path, status, body.code]).toEqual([path, 404, 'NOT_FOUND'])
      expect(headers.get('cache-control')).toBe('no-store')
    }
    const { status, body } = await world.anonymous.get('/v1/nothing')
    expect([status, body.error.code]).toEqual([404, 'invalid_request_error'])
  })
})

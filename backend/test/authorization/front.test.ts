import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { composeApp } from '#app'
import { listOf, plugins, readConfig, type Config } from '#plugins'
import { startWorld, type World } from '#test'
import { createHttpServer } from '../../src/http-server.ts'
import { createLogger } from '../../src/platform/logging/index.ts'
import { SettingsRegistry } from '#platform/settings'
import { expectGolden } from '../support/golden.ts'
import { ApiDocument, fillPath } from '../support/openapi.ts'

let world: World
let config: Config
let document: ApiDocument
const opened: FastifyInstance[] = []

beforeAll(async () => {
  world = await startWorld()
  config = readConfig(world.environment(world.url, 0))
  document = new ApiDocument(world.app)
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close().catch(() => undefined)))
})
afterAll(() => world.close())

/** The row of plugins in this order, and nothing else. */
async function boot(order: typeof plugins): Promise<void> {
  const app = createHttpServer({
    logger: createLogger('silent'),
    trustedProxies: listOf(config.TRUSTED_PROXIES),
  })
  opened.push(app)
  app.decorate('startup', [])
  app.decorate('settings', new SettingsRegistry())
  for (const [, plugin] of order)
    await app.register(plugin as FastifyPluginAsync<{ config: Config }>, { config })
  await app.ready()
}

describe('the row of plugins', () => {
  it('boots in its order', async () => {
    expect(plugins.map(([name]) => name)).toEqual([
      'env',
      'database',
      'auth',
      'oauth',
      'session',
      'rbac',
      'rate-limit',
      'swagger',
      'subscription-hooks',
    ])
    await boot(plugins)
  })

  it.each(plugins.slice(1).map(([name], index) => [plugins[index]?.[0] ?? '', name] as const))(
    'does not boot with %s and %s swapped',
    async (first, second) => {
      const names = plugins.map(([name]) => name)
      const order = [...plugins]
      const [a, b] = [names.indexOf(first), names.indexOf(second)]
      const [one, other] = [order[a], order[b]]
      if (one && other) [order[a], order[b]] = [other, one]
      await expect(boot(order)).rejects.toThrow(/dependency|not present|not registered|undefined/i)
    },
  )

  it.each(plugins.map(([name]) => [name] as const).filter(([name]) => name !== 'subscription-hooks'))(
    'does not boot without %s',
    async (missing) => {
      await expect(boot(plugins.filter(([name]) => name !== missing))).rejects.toThrow()
    },
  )
})

describe('a route that does not say who may call it', () => {
  const compose = async () => {
    const app = await composeApp({ config })
    opened.push(app)
    return app
  }

  it('stops the boot, wherever it stands', async () => {
    const app = await compose()
    expect(() => app.get('/api/v1/forgotten', async () => 'open')).toThrow(
      'the route GET /api/v1/forgotten does not declare who may call it',
    )
    expect(() => app.get('/docs-of-mine', async () => 'open')).toThrow('does not declare')
    expect(() =>
      app.post('/v1/forgotten', { preHandler: [async () => undefined] }, async () => 'open'),
    ).toThrow('does not declare')
    expect(() =>
      app.route({ method: ['GET', 'DELETE'], url: '/health/forgotten', handler: async () => 'open' }),
    ).toThrow('does not declare')
    await expect(
      compose().then((inner) =>
        inner.register(async (scope) => void scope.get('/api/v1/forgotten', async () => 'open')),
      ),
    ).rejects.toThrow('does not declare')
  })

  it('cannot be public and guarded at once', async () => {
    const app = await compose()
    expect(() =>
      app.get('/api/v1/both', { preHandler: [app.allowPublic, app.authenticate] }, async () => 'open'),
    ).toThrow('declared public and guarded at once')
  })
})

describe('every route', () => {
  const HIDDEN = ['/docs', '/metrics', '/openapi.json']
  /** What is no part of the API: pages of the console and of the documentation, metrics, the document itself. */
  const isHidden = (url: string) =>
    HIDDEN.some((prefix) => url === prefix || url.startsWith(`${prefix}/`)) ||
    !/^\/(api|v1|health|\.well-known)\//.test(url)
  const isConsole = (url: string) => isHidden(url) && !HIDDEN.some((prefix) => url.startsWith(prefix))
  const asDocumented = (url: string) =>
    url.replaceAll(/:([a-zA-Z]+)/g, '{$1}').replace('/v1/models/*', '/v1/models/{model}')

  it('stands in the document, and everything in the document is a route', () => {
    const routes = world.app.accessTable
      .filter((one) => one.method !== 'HEAD' && !isHidden(one.url))
      .map((one) => `${one.method} ${asDocumented(one.url)}`)
    expect(routes.length).toBeGreaterThan(30)
    expect(routes.sort()).toEqual(document.operations.map((one) => `${one.method} ${one.path}`).sort())
  })

  it('that is public is on the list', async () => {
    const open = world.app.accessTable.filter(
      (one) => one.rules.some((rule) => rule.kind === 'public') && one.method !== 'HEAD',
    )
    await expectGolden(
      new URL('./public-routes.golden.txt', import.meta.url),
      [
        ...new Set(
          open.map(({ method, url }) =>
            isConsole(url) ? `${method} the console's files` : `${method} ${url}`,
          ),
        ),
      ].sort(),
    )
  })

  it('has an operation id of its own, and says its access, tenant, audit and limit', () => {
    const ids = document.operations.map((one) => one.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const raw = (
      world.app.swagger() as unknown as { paths: Record<string, Record<string, Record<string, unknown>>> }
    ).paths
    for (const [path, methods] of Object.entries(raw))
      for (const operation of Object.values(methods)) {
        expect(operation['operationId'], path).toMatch(/^[a-z]+[A-Z][A-Za-z]+$/)
        for (const name of ['x-auth', 'x-roles', 'x-tenant', 'x-audit', 'x-idempotency', 'x-limit'])
          expect(operation[name], `${path} ${name}`).toBeTypeOf('string')
        expect(operation['x-auth'], path).toMatch(/^(public|session|key|session, key)$/)
      }
  })

  it('asks as much of HEAD as of GET', () => {
    // The documentation's plugin serves its index under both /docs and /docs/.
    const rulesOf = (method: string) =>
      world.app.accessTable
        .filter((one) => one.method === method)
        .map((one) => `${one.url.replace(/(.)\/$/, '$1')} ${JSON.stringify(one.rules)}`)
    const head = rulesOf('HEAD')
    expect(head.length).toBeGreaterThan(5)
    expect(head.filter((one) => !rulesOf('GET').includes(one))).toEqual([])
  })

  it('outside of the API is public and a page, or metrics', () => {
    const pages = world.app.accessTable.filter((one) => isHidden(one.url))
    expect(
      pages.filter(
        (one) => !one.rules.some((rule) => rule.kind === 'public') || !['GET', 'HEAD'].includes(one.method),
      ),
    ).toEqual([])
  })

  it('has a limit, and counts a refusal against it', async () => {
    for (const { method, path, operationId } of document.operations) {
      const answer = await world.anonymous.request(method, fillPath(path, {}), undefined, {
        'x-forwarded-for': '203.0.113.77',
      })
      // LiteLLM's pushes come as fast as its calls; without the secret they are refused before the body is read.
      if (path.startsWith('/health/') || operationId === 'receiveLiteLLMUsage')
        expect(answer.headers.get('ratelimit'), operationId).toBeNull()
      else
        expect(answer.headers.get('ratelimit') ?? `none on ${answer.status} ${operationId}`).toMatch(
          /^"default";r=\d+;t=\d+$/,
        )
    }
  })

  it('asks who it is before it reads what they sent', async () => {
    const guarded = document.operations.filter((one) => one.auth !== 'public' && one.method !== 'GET')
    expect(guarded.length).toBeGreaterThan(15)
    for (const { method, path, operationId } of guarded) {
      const url = fillPath(path, { id: 'no-uuid' })
      const send = async (body: string, type: string) => [
        operationId,
        type,
        (await world.anonymous.request(method, url, body, { 'content-type': type })).status,
      ]
      expect(await send('{"a":', 'application/json')).toEqual([operationId, 'application/json', 401])
      expect(await send('<a/>', 'text/xml')).toEqual([operationId, 'text/xml', 401])
      expect(await send(`"${'a'.repeat(70_000)}"`, 'application/json')).toEqual([
        operationId,
        'application/json',
        401,
      ])
    }
  })
})

describe('the limiter', () => {
  it('counts those who are refused, so that keys cannot be guessed without end', async () => {
    const server = await world.startServer({ ANONYMOUS_RATE_LIMIT: '5', REQUEST_RATE_LIMIT: '7' })
    const ask = async (address: string, path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(server.url + path, { headers: { 'x-forwarded-for': address, ...headers } })
      return {
        status: response.status,
        retry: response.headers.get('retry-after'),
        body: (await response.json()) as Record<string, unknown>,
      }
    }
    const guess = (index: number) => ({ authorization: `Bearer sk-litellm-guess-${index}` })
    for (const [address, path] of [
      ['203.0.113.1', '/api/v1/models'],
      ['203.0.113.2', '/v1/models'],
    ] as const) {
      const statuses: number[] = []
      for (let index = 0; index < 7; index += 1)
        statuses.push((await ask(address, path, guess(index))).status)
      expect(statuses, path).toEqual([401, 401, 401, 401, 401, 429, 429])
      const refused = await ask(address, path, guess(8))
      expect(Number(refused.retry)).toBeGreaterThan(0)
      expect(path.startsWith('/v1/') ? refused.body['error'] : refused.body).toMatchObject({
        code: path.startsWith('/v1/') ? 'rate_limit_exceeded' : 'RATE_LIMITED',
      })
      expect((await ask('203.0.113.99', path)).status, 'another address is not locked out').toBe(401)
    }
  })

  it('takes one network for one caller, and believes nobody but the trusted proxies', async () => {
    const server = await world.startServer({ ANONYMOUS_RATE_LIMIT: '5' })
    const statuses: number[] = []
    for (let index = 0; index < 7; index += 1)
      statuses.push(
        (
          await fetch(`${server.url}/api/auth/me`, {
            headers: { 'x-forwarded-for': `2001:db8:1:2::${index}` },
          })
        ).status,
      )
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])

    const untrusting = await world.startServer({
      ANONYMOUS_RATE_LIMIT: '5',
      TRUSTED_PROXIES: '198.51.100.0/24',
    })
    const forged: number[] = []
    for (let index = 0; index < 7; index += 1)
      forged.push(
        (
          await fetch(`${untrusting.url}/api/auth/me`, {
            headers: { 'x-forwarded-for': `203.0.113.${index}` },
          })
        ).status,
      )
    expect(forged).toEqual([401, 401, 401, 401, 401, 429, 429])
  })

  it('is not passed by writing the path in another way', async () => {
    const server = await world.startServer({ ANONYMOUS_RATE_LIMIT: '5' })
    const statuses: number[] = []
    for (const path of [
      '/api/auth/me',
      '/api/auth/me?a=1',
      '/api/auth/me?b=2',
      '/api/auth/%6de',
      '/api/auth/me?',
      '/api/auth/me#x',
      '/API/auth/me',
      '/api//auth/me',
    ])
      statuses.push(
        (await fetch(server.url + path, { headers: { 'x-forwarded-for': '203.0.113.50' } })).status,
      )
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
    expect(statuses.slice(0, 6)).toEqual([401, 401, 401, 401, 401, 429])
  })
})

describe('without DOCS_ENABLED', () => {
  it('there is no documentation', async () => {
    const server = await world.startServer({ DOCS_ENABLED: 'false' })
    for (const path of ['/docs', '/docs/', '/docs/json', '/docs/static/index.html', '/openapi.json'])
      expect((await fetch(server.url + path)).status, path).toBe(404)
  })
})

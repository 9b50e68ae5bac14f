import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startWorld, type Answer, type World } from '../support/index.ts'
import { Browser } from '../support/browser.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const signedIn = async (username: string, url = world.url) => {
  const browser = new Browser(url)
  expect((await browser.signIn(username)).status).toBe(302)
  return browser
}
const setMembershipOfAlice = (status: string) =>
  world.query(
    `update memberships set status = $1 where user_id = (select id from users where username = 'alice')`,
    [status],
  )
const codeOf = ({ status, body }: Answer) => [status, body.code]
/** Milliseconds until the answer is `status`. */
const msUntil = async (status: number, ask: () => Promise<Answer>) => {
  const start = performance.now()
  await eventually(async () => expect((await ask()).status).toBe(status), 5000)
  return performance.now() - start
}

describe('AN-04: state', () => {
  it('serves once', async () => {
    const browser = new Browser(world.url)
    const back = await browser.comeBack('alice')
    const second = browser.copy()
    expect((await browser.get(back)).status).toBe(302)
    expect(codeOf(await second.get(back))).toEqual([401, 'SIGN_IN_EXPIRED'])
  })

  it('is used up by a failed exchange too', async () => {
    const browser = new Browser(world.url)
    const back = await browser.comeBack('alice')
    expect(codeOf(await browser.get(back.replace(/code=[^&]+/, 'code=wrong')))).toEqual([
      401,
      'SIGN_IN_FAILED',
    ])
    expect(codeOf(await browser.get(back))).toEqual([401, 'SIGN_IN_EXPIRED'])
  })

  it('is good for ten minutes', async () => {
    const browser = new Browser(world.url)
    const back = await browser.comeBack('alice')
    const [left] = await world.query<{ seconds: number }>(
      'select extract(epoch from expires_at - now())::integer as seconds from login_attempts order by created_at desc limit 1',
    )
    expect(left?.seconds).toBeGreaterThan(580)
    expect(left?.seconds).toBeLessThanOrEqual(600)
    await world.query("update login_attempts set expires_at = now() - interval '1 second'")
    expect(codeOf(await browser.get(back))).toEqual([401, 'SIGN_IN_EXPIRED'])
  })

  it('belongs to the browser that began', async () => {
    const [browser, other] = [new Browser(world.url), new Browser(world.url)]
    const back = await browser.comeBack('alice')
    await other.comeBack('bob')
    const forged = new Browser(world.url, new Map([['litemaas_login', 'forged.signature']]))
    for (const stranger of [other, new Browser(world.url), forged]) {
      expect(codeOf(await stranger.get(back))).toEqual([401, 'SIGN_IN_EXPIRED'])
      expect((await stranger.get('/api/auth/me')).status).toBe(401)
    }
  })

  it('does not let a second tab spoil the first', async () => {
    const browser = new Browser(world.url)
    const [first, second] = [await browser.comeBack('alice'), await browser.comeBack('alice')]
    const tab = browser.copy()
    expect((await browser.get(first)).status).toBe(302)
    expect((await tab.get(second)).status).toBe(302)
  })
})

describe('AN-07: where signing in leads', () => {
  it.each([
    '//evil.example',
    'https:evil.example',
    '\\evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '//x@evil.example',
    '/keys/../..//evil.example',
  ])('does not lead to %s', async (target) => {
    const answer = await new Browser(world.url).signIn('alice', `&returnTo=${encodeURIComponent(target)}`)
    expect(answer.headers.get('location')).toBe('/')
  })

  it('does not believe forged headers', async () => {
    const forged = {
      origin: 'https://evil.example',
      referer: 'https://evil.example/',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    }
    const start = await new Browser(world.url).get('/api/auth/login', forged)
    expect(new URL(start.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(
      `${world.url}/api/auth/callback`,
    )
    expect([...start.headers.values()].join()).not.toContain('evil')
  })
})

describe('AN-08: session fixation', () => {
  it('gives a new id and ends the old session', async () => {
    const browser = await signedIn('alice')
    const before = browser.copy()
    await browser.signIn('bob')
    expect(browser.cookies.get('litemaas')).not.toBe(before.cookies.get('litemaas'))
    expect((await before.get('/api/auth/me')).status).toBe(401)
    expect((await browser.get('/api/auth/me')).body.data.user.username).toBe('bob')
  })

  it('does not adopt an id that was set before', async () => {
    const planted = 'planted-id-planted-id-planted-id.c2lnbmF0dXJl'
    const browser = new Browser(world.url, new Map([['litemaas', planted]]))
    await browser.signIn('alice')
    expect(browser.cookies.get('litemaas')).not.toBe(planted)
    expect((await new Browser(world.url, new Map([['litemaas', planted]])).get('/api/auth/me')).status).toBe(
      401,
    )
  })
})

describe('AN-09: tokens', () => {
  it('can be minted 50 at once, and none survives signing out', async () => {
    const browser = await signedIn('bob')
    const minted = await Promise.all(
      Array.from({ length: 50 }, () => browser.copy().request('POST', '/api/auth/token')),
    )
    expect(minted.map(({ status }) => status)).toEqual(Array<number>(50).fill(200))
    await browser.request('POST', '/api/auth/logout')
    const after = await Promise.all(
      minted.map(({ body }) =>
        world.anonymous.get('/api/auth/me', { authorization: `Bearer ${body.data.accessToken}` }),
      ),
    )
    expect(after.map(({ status }) => status)).toEqual(Array<number>(50).fill(401))
  })
})

describe('AN-10, AN-11: what ends reaches every process within a second', () => {
  it('signing out', async () => {
    const second = await world.startServer({ PUBLIC_URL: world.url })
    const browser = await signedIn('alice')
    const minted = await browser.request('POST', '/api/auth/token')
    const elsewhere = new Browser(second.url, browser.cookies)
    const byToken = () =>
      elsewhere.get('/api/auth/me', { authorization: `Bearer ${minted.body.data.accessToken}` })
    expect([(await elsewhere.get('/api/auth/me')).status, (await byToken()).status]).toEqual([200, 200])
    await browser.request('POST', '/api/auth/logout')
    const waited = await Promise.all([
      msUntil(401, () => elsewhere.get('/api/auth/me')),
      msUntil(401, byToken),
    ])
    expect(Math.max(...waited)).toBeLessThan(1000)
    await second.close()
  })

  it('a disabled account', async () => {
    const browser = await signedIn('bob')
    const minted = await browser.request('POST', '/api/auth/token')
    await world.query(`update users set status = 'disabled' where username = 'bob'`)
    const byToken = () =>
      world.anonymous.get('/api/auth/me', { authorization: `Bearer ${minted.body.data.accessToken}` })
    const waited = await Promise.all([msUntil(401, () => browser.get('/api/auth/me')), msUntil(401, byToken)])
    expect(Math.max(...waited)).toBeLessThan(1100)
    await world.query(`update users set status = 'active' where username = 'bob'`)
  })

  it('a role and a membership', async () => {
    const [admin, alice] = [await signedIn('admin'), await signedIn('alice')]
    await world.query(`update users set platform_role = 'user' where username = 'admin'`)
    await setMembershipOfAlice('disabled')
    await new Promise((resolve) => setTimeout(resolve, 1050))
    expect((await admin.get('/api/auth/me')).body.data.platformRole).toBe('user')
    expect((await alice.get('/api/auth/me')).body.data).toMatchObject({
      organization: null,
      organizationRole: null,
      memberships: [],
      permissions: [],
    })
    expect(codeOf(await alice.get('/api/v1/models'))).toEqual([403, 'NO_ORGANIZATION'])
    await setMembershipOfAlice('active')
  })
})

describe('AN-14: brute force', () => {
  it.each([
    ['GET', '/api/auth/login'],
    ['GET', '/api/auth/callback?code=x&state=y'],
    ['POST', '/api/auth/token'],
  ])('answers ten a minute of %s %s, by address', async (method, path) => {
    const server = await world.startServer({ SIGN_IN_RATE_LIMIT: '10' })
    const from = (address: string) =>
      new Browser(server.url).request(method, path, undefined, { 'x-forwarded-for': address })
    const answers: Answer[] = []
    for (let attempt = 0; attempt < 200; attempt += 1) answers.push(await from('192.0.2.1'))
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(10)
    const refused = answers.at(-1)
    expect(refused?.body.code).toBe('RATE_LIMITED')
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await from('192.0.2.2')).status).not.toBe(429)
    await server.close()
  })

  it('is audited at the threshold, not once per try', async () => {
    const server = await world.startServer()
    const tries = Array.from({ length: 25 }, () =>
      new Browser(server.url).get('/api/auth/callback?code=x&state=y', { 'x-forwarded-for': '192.0.2.77' }),
    )
    await Promise.all(tries)
    const rows = await world.query(
      `select count, result, actor_id from audit_logs where action = 'sign_in.failed' and address = '192.0.2.77' order by count`,
    )
    expect(rows).toEqual([
      { count: 10, result: 'failed', actor_id: null },
      { count: 20, result: 'failed', actor_id: null },
    ])
    await server.close()
  })
})

describe('HB-03: no other origin is ever allowed', () => {
  const origins = () => [
    'https://evil.example',
    'null',
    `${world.url}.evil.example`,
    `https://evil.example/${world.url}`,
    world.url.replace('localhost', 'localhost.evil.example'),
    world.url.replace('http', 'https'),
  ]

  it('neither reflected nor preflighted', async () => {
    const browser = await signedIn('alice')
    for (const origin of origins()) {
      for (const answer of [
        await browser.request('GET', '/api/auth/me', undefined, { origin, 'sec-fetch-site': 'cross-site' }),
        await browser.request('OPTIONS', '/api/auth/token', undefined, {
          origin,
          'access-control-request-method': 'POST',
        }),
      ])
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })
})

describe('HB-04: requests that another site’s page makes the browser send', () => {
  const attacks: ReadonlyArray<readonly [what: string, headers: Record<string, string>, body?: string]> = [
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    ['none', { 'sec-fetch-site': 'none' }],
    ['cross-site with our origin', { 'sec-fetch-site': 'cross-site', origin: 'OURS' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b'],
    [
      'JSON as text',
      { 'content-type': 'text/plain' },
      '{"organizationId":"00000000-0000-4000-8000-000000000001"}',
    ],
    ['JSON as multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '{}'],
    ['a look-alike type', { 'content-type': 'application/jsonp' }, '{}'],
  ]

  it.each(attacks.map(([what, headers, body]) => [what, headers, body] as const))(
    '%s',
    async (_what, headers, body) => {
      const browser = await signedIn('alice')
      const sent = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value === 'OURS' ? world.url : value]),
      )
      for (const [method, path] of [
        ['POST', '/api/auth/logout'],
        ['PUT', '/api/auth/organization'],
        ['POST', '/api/v1/api-keys'],
      ] as const)
        expect(codeOf(await browser.request(method, path, body, sent))).toEqual([403, 'CSRF'])
      expect((await browser.get('/api/auth/me')).status).toBe(200)
    },
  )

  it('without Sec-Fetch-Site the origin must be ours', async () => {
    const browser = await signedIn('alice')
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const mint = (headers: Record<string, string>) =>
      world.anonymous.post('/api/auth/token', undefined, { cookie, ...headers })
    expect(codeOf(await mint({}))).toEqual([403, 'CSRF'])
    for (const origin of ['null', 'https://evil.example', `${world.url}.evil.example`, `${world.url}/`])
      expect(codeOf(await mint({ origin }))).toEqual([403, 'CSRF'])
    expect((await mint({ origin: world.url })).status).toBe(200)
  })

  it('does not concern those who send a token', async () => {
    expect(
      (await (await world.as('alice')).post('/api/auth/token', undefined, { 'sec-fetch-site': 'cross-site' }))
        .status,
    ).toBe(200)
  })
})

describe('two credentials', () => {
  it('a bad header is not rescued by a cookie', async () => {
    const browser = await signedIn('alice')
    for (const authorization of ['Bearer nonsense', 'Bearer sk-litellm-nonsense', 'Basic eDp5', ''])
      expect((await browser.get('/api/auth/me', { authorization })).status).toBe(401)
  })

  it('the header wins', async () => {
    const browser = await signedIn('alice')
    const bob = await (await signedIn('bob')).request('POST', '/api/auth/token')
    const me = await browser.get('/api/auth/me', { authorization: `Bearer ${bob.body.data.accessToken}` })
    expect(me.body.data.user.username).toBe('bob')
  })

  it('a cookie means nothing to the gateway', async () => {
    const browser = await signedIn('alice')
    expect((await browser.get('/v1/models')).status).toBe(401)
    expect((await browser.get('/%761/models')).status).toBe(401)
    // Anywhere else a cookie that is not ours is taken away; here nobody looks at it.
    const stale = new Browser(world.url, new Map([['litemaas', 'not.ours']]))
    for (const path of ['/v1/models', '/%761/models'])
      expect((await stale.get(path)).headers.getSetCookie()).toEqual([])
    expect((await stale.get('/api/auth/me')).headers.getSetCookie()).toHaveLength(1)
  })
})

describe('a database that is away', () => {
  it('is a 503 for cookie and token, never a 401, and keeps the cookie', async () => {
    const server = await world.startServer({ PUBLIC_URL: world.url })
    const browser = await signedIn('alice')
    const elsewhere = new Browser(server.url, browser.cookies)
    const minted = await browser.request('POST', '/api/auth/token')
    await world.query(`alter database ${world.database.name} connection limit 0`)
    await world.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'litemaas_app' and datname = current_database() and application_name = 'litemaas-app'`,
    )
    try {
      await new Promise((resolve) => setTimeout(resolve, 1100))
      const answers = [
        await elsewhere.get('/api/auth/me'),
        await elsewhere.get('/api/auth/me', { authorization: `Bearer ${minted.body.data.accessToken}` }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([503, 503])
      expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
      expect((await elsewhere.get('/health/live')).status).toBe(200)
    } finally {
      await world.query(`alter database ${world.database.name} connection limit -1`)
    }
    await eventually(async () => expect((await elsewhere.get('/api/auth/me')).status).toBe(200))
    await server.close()
  })
})

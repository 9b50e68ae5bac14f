import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '../support/index.ts'
import { Browser, throughProvider } from '../support/browser.ts'
import { startFaultyProvider, unsigned, type FaultyProvider, type Faults } from './faulty-provider.ts'

let provider: FaultyProvider
let world: World
beforeAll(async () => {
  provider = await startFaultyProvider()
  world = await startWorld({
    config: { OAUTH_ISSUER: provider.issuer, INITIAL_ADMIN_USERS: 'victim@example.com,root' },
  })
})
afterAll(async () => {
  await world.close()
  await provider.close()
})
afterEach(() => {
  provider.faults = {}
  provider.person = { sub: 'person-1' }
})

const sessions = async () => (await world.query<{ count: string }>('select count(*) from sessions'))[0]?.count
const signIn = async (faults: Faults = {}): Promise<{ answer: Answer; browser: Browser }> => {
  provider.faults = faults
  const browser = new Browser(world.url)
  return { browser, answer: await browser.signIn('x') }
}

describe('AN-03: PKCE', () => {
  it('always sends an S256 challenge, and the verifier that belongs to it', async () => {
    const { answer } = await signIn()
    expect(answer.status).toBe(302)
    const asked = provider.authorizations.at(-1)
    expect(asked?.get('code_challenge_method')).toBe('S256')
    expect(asked?.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(provider.redemptions.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43,128}$/)
  })

  it('does not sign in with another sign-in’s code', async () => {
    const [mine, other] = [new Browser(world.url), new Browser(world.url)]
    const [first, second] = [await mine.comeBack('x'), await other.comeBack('x')]
    const stolen = new URL(first, world.url)
    stolen.searchParams.set('code', new URL(second, world.url).searchParams.get('code') ?? '')
    const answer = await mine.get(stolen.pathname + stolen.search)
    expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_IN_FAILED'])
  })
})

const past = Math.floor(Date.now() / 1000) - 600
const faults: ReadonlyArray<readonly [what: string, faults: Faults]> = [
  ['another nonce', { change: ({ claims }) => Object.assign(claims, { nonce: 'another' }) }],
  ['no nonce', { change: ({ claims }) => delete claims['nonce'] }],
  ['no signature', { write: unsigned }],
  [
    'a stripped signature',
    {
      write: async (token, keys) =>
        (await new SignJWT(token.claims).setProtectedHeader(token.header).sign(keys.published)).replace(
          /[^.]+$/,
          '',
        ),
    },
  ],
  [
    'another key under the same id',
    {
      write: (token, keys) =>
        new SignJWT(token.claims).setProtectedHeader(token.header).sign(keys.unpublished),
    },
  ],
  [
    'an unknown key',
    {
      write: (token, keys) =>
        new SignJWT(token.claims).setProtectedHeader({ alg: 'RS256', kid: 'unknown' }).sign(keys.unpublished),
    },
  ],
  [
    'a signature by the client secret',
    {
      write: (token) =>
        new SignJWT(token.claims)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode('x'.repeat(32))),
    },
  ],
  ['another audience', { change: ({ claims }) => Object.assign(claims, { aud: 'somebody-else' }) }],
  [
    'another authorized party',
    { change: ({ claims }) => Object.assign(claims, { aud: ['litemaas', 'other'], azp: 'other' }) },
  ],
  ['another issuer', { change: ({ claims }) => Object.assign(claims, { iss: 'https://evil.example' }) }],
  ['an end in the past', { change: ({ claims }) => Object.assign(claims, { exp: past, iat: past - 60 }) }],
  ['no end', { change: ({ claims }) => delete claims.exp }],
  ['no subject', { change: ({ claims }) => delete claims.sub }],
  ['an empty subject', { change: ({ claims }) => Object.assign(claims, { sub: '' }) }],
  ['garbage', { write: () => 'not.a.token' }],
  ['no ID token', { withoutIdToken: true }],
  [
    'userinfo of somebody else',
    { userinfo: { sub: 'person-2', email: 'victim@example.com', email_verified: true } },
  ],
]

describe('AN-05: the ID token', () => {
  it.each(faults)('is refused with %s', async (_what, fault) => {
    const before = await sessions()
    const { answer, browser } = await signIn(fault)
    expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_IN_FAILED'])
    expect(await sessions()).toBe(before)
    expect(browser.cookies.has('litemaas')).toBe(false)
  })

  it('says nothing of the reason', async () => {
    const { answer } = await signIn({ write: unsigned })
    expect(JSON.stringify(answer.body)).not.toMatch(/alg|signature|jwt/i)
  })
})

describe('AN-06: which issuer it is', () => {
  it.each([['https://evil.example'], [null]])(
    'refuses a callback whose iss is %s',
    async (callbackIssuer) => {
      const { answer } = await signIn({ callbackIssuer })
      expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_IN_FAILED'])
    },
  )

  it('refuses a discovery document of another issuer', async () => {
    const server = await world.startServer()
    provider.faults = { discoveredIssuer: 'https://evil.example' }
    const answer = await new Browser(server.url).get('/api/auth/login')
    expect([answer.status, answer.body.code]).toEqual([503, 'SIGN_IN_UNAVAILABLE'])
    await server.close()
  })
})

describe('what is configured of the provider', () => {
  it('is asked for: scopes, and the claim that holds the groups; its document is read once', async () => {
    const server = await world.startServer({ OAUTH_SCOPES: 'openid email', OAUTH_GROUPS_CLAIM: 'roles' })
    const before = provider.discoveries
    const roleOf = async (person: FaultyProvider['person']) => {
      provider.person = person
      const browser = new Browser(server.url)
      expect((await browser.signIn('x')).status).toBe(302)
      return (await browser.get('/api/auth/me')).body.data.platformRole as string
    }
    expect(await roleOf({ sub: 'claimed', roles: ['litemaas-admins'], groups: [] })).toBe('admin')
    expect(await roleOf({ sub: 'claimed', roles: [], groups: ['litemaas-admins'] })).toBe('user')
    expect(provider.authorizations.at(-1)?.get('scope')).toBe('openid email')
    expect(provider.discoveries).toBe(before + 1)
    await server.close()
  })
})

describe('a provider in trouble', () => {
  it('is a 503, and the attempt is used up', async () => {
    provider.faults = { tokenStatus: 500 }
    const browser = new Browser(world.url)
    const back = await browser.comeBack('x')
    const answer = await browser.get(back)
    expect([answer.status, answer.body.code]).toEqual([503, 'SIGN_IN_UNAVAILABLE'])
    expect(answer.headers.get('retry-after')).not.toBeNull()
    provider.faults = {}
    expect((await browser.get(back)).body.code).toBe('SIGN_IN_EXPIRED')
  })

  it('does not stop the boot', async () => {
    const server = await world.startServer({ OAUTH_ISSUER: 'http://127.0.0.1:9' })
    const answer = await new Browser(server.url).get('/api/auth/login')
    expect([answer.status, answer.body.code]).toEqual([503, 'SIGN_IN_UNAVAILABLE'])
    await server.close()
  })
})

describe('AN-12: accounts are never joined by address', () => {
  it('makes another person of another subject with the same address', async () => {
    provider.person = {
      sub: 'victim',
      email: 'shared@example.com',
      email_verified: true,
      preferred_username: 'victim',
    }
    const victim = await signIn()
    provider.person = {
      sub: 'thief',
      email: 'shared@example.com',
      email_verified: false,
      preferred_username: 'victim',
    }
    const thief = await signIn()
    const ids = await Promise.all(
      [victim, thief].map(
        async ({ browser }) => (await browser.get('/api/auth/me')).body.data.user.id as string,
      ),
    )
    expect(new Set(ids).size).toBe(2)
  })

  it.each([
    [{ email: 'victim@example.com', email_verified: false }, 'user'],
    [{ email: 'victim@example.com', email_verified: 'true' }, 'user'],
    [{ email: 'victim@example.com' }, 'user'],
    [{ preferred_username: 'victim@example.com' }, 'user'],
    [{ preferred_username: ' root' }, 'user'],
    [{ email: 'victim@example.com', email_verified: true }, 'admin'],
    [{ preferred_username: 'root' }, 'admin'],
  ])('with %j the role is %s', async (claims, role) => {
    provider.person = { sub: `admin-${JSON.stringify(claims)}`, ...claims }
    const { browser } = await signIn()
    expect((await browser.get('/api/auth/me')).body.data.platformRole).toBe(role)
  })
})

describe('HB-05: cookies where the public URL is https', () => {
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'litemaas.example' }

  it('are pinned to the host, Secure, HttpOnly and Lax, and no token stands in a URL', async () => {
    const server = await world.startServer({ PUBLIC_URL: 'https://litemaas.example' })
    const browser = new Browser(server.url)
    const start = await browser.get('/api/auth/login', https)
    const [loginCookie] = start.headers.getSetCookie()
    expect(loginCookie).toMatch(
      /^__Host-litemaas_login=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(new URL(start.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(
      'https://litemaas.example/api/auth/callback',
    )
    const answer = await browser.get(await throughProvider(start.headers.get('location') ?? ''), https)
    expect(answer.headers.get('location')).toBe('/')
    const session = answer.headers.getSetCookie().find((line) => line.startsWith('__Host-litemaas='))
    expect(session).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)
    expect(session).not.toMatch(/domain=/i)
    expect((await browser.get('/api/auth/me', https)).status).toBe(200)
    const out = await browser.request('POST', '/api/auth/logout', undefined, https)
    expect(out.headers.getSetCookie().join()).toMatch(/^__Host-litemaas=; Max-Age=0; .*Secure/)
    await server.close()
  })

  it('are not sent over plain http: signing in says so', async () => {
    const server = await world.startServer({ PUBLIC_URL: 'https://litemaas.example' })
    const answer = await new Browser(server.url).get('/api/auth/login')
    expect([answer.status, answer.body.code]).toEqual([503, 'SIGN_IN_UNAVAILABLE'])
    await server.close()
  })
})

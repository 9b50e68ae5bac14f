import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Browser } from '../launcher/browser.ts'
import { demoPeople, startIdentityProvider, type Person, type RunningIdentityProvider } from './index.ts'

const CLIENT_ID = 'litemaas'
const CLIENT_SECRET = 'a secret that only this test knows, long'
const CALLBACK = 'http://localhost:43210/api/auth/callback'

let directory: string
let provider: RunningIdentityProvider

async function start(people?: Person[]): Promise<RunningIdentityProvider> {
  return startIdentityProvider({
    dataDirectory: join(directory, 'provider'),
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    ...(people ? { people } : {}),
  })
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'litemaas-provider-'))
  provider = await start()
})

afterEach(async () => {
  await provider.close()
  await rm(directory, { recursive: true, force: true })
})

const verifier = randomBytes(32).toString('base64url')

function authorizationUrl(extra: Record<string, string> = {}): URL {
  const url = new URL('/auth', provider.issuer)
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid profile email groups',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  }).toString()
  return url
}

const notTheCallback = (next: URL): boolean => next.pathname !== '/api/auth/callback'

async function exchange(callback: URL, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL('/token', provider.issuer), {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${encodeURIComponent(CLIENT_ID)}:${encodeURIComponent(CLIENT_SECRET)}`)}`,
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      ...fields,
    }),
  })
}

async function signIn(person: string, browser = new Browser()): Promise<Record<string, unknown>> {
  const { url } = await browser.open(authorizationUrl({ login_hint: person }), notTheCallback)
  const response = await exchange(url)
  expect(response.status).toBe(200)
  const { id_token: idToken } = (await response.json()) as { id_token: string }
  const keys = createRemoteJWKSet(new URL('/jwks', provider.issuer))
  const { payload } = await jwtVerify(idToken, keys, { issuer: provider.issuer, audience: CLIENT_ID })
  return payload
}

describe('signing in', () => {
  test('login_hint signs in without a click, and the claims say who it is', async () => {
    expect(await signIn('admin')).toMatchObject({
      nonce: 'the-nonce',
      preferred_username: 'admin',
      name: 'Ada Admin',
      email: 'admin@example.com',
      email_verified: true,
      groups: ['litemaas-admins', 'litemaas-users'],
    })
  })

  test('without a hint the page lists everybody, and a click signs in', async () => {
    const browser = new Browser()
    const { response, url } = await browser.open(authorizationUrl(), notTheCallback)
    const html = await response.text()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).not.toContain('<script')
    for (const person of demoPeople) expect(html).toContain(`value="${person.username}"`)
    const clicked = await browser.request(url, {
      method: 'POST',
      body: new URLSearchParams({ person: 'bob' }),
    })
    const { url: callback } = await browser.open(clicked.headers.get('location') ?? '', notTheCallback)
    expect(callback.origin + callback.pathname).toBe(CALLBACK)
    expect(callback.searchParams.get('state')).toBe('the-state')
    expect((await exchange(callback)).status).toBe(200)
  })

  test('the next sign-in in the same browser may be somebody else, and is asked again', async () => {
    const browser = new Browser()
    const alice = await signIn('alice', browser)
    const bob = await signIn('bob', browser)
    expect(bob['preferred_username']).toBe('bob')
    expect(bob['sub']).not.toBe(alice['sub'])
    const { response } = await browser.open(authorizationUrl(), notTheCallback)
    expect(await response.text()).toContain('Choose who you want to be')
  })

  test('an unknown hint shows the list with a note, escaped', async () => {
    const { response } = await new Browser().open(authorizationUrl({ login_hint: '<b>eve' }), notTheCallback)
    expect(await response.text()).toContain('Nobody here is called “&lt;b&gt;eve”')
  })

  test('cancelling goes back with access_denied', async () => {
    const browser = new Browser()
    const { url } = await browser.open(authorizationUrl(), notTheCallback)
    const clicked = await browser.request(url, {
      method: 'POST',
      body: new URLSearchParams({ cancel: 'yes' }),
    })
    const { url: callback } = await browser.open(clicked.headers.get('location') ?? '', notTheCallback)
    expect(callback.searchParams.get('error')).toBe('access_denied')
  })

  test('offline_access gives a refresh token', async () => {
    const address = authorizationUrl({
      login_hint: 'alice',
      scope: 'openid groups offline_access',
      prompt: 'consent',
    })
    const { url } = await new Browser().open(address, notTheCallback)
    const tokens = (await (await exchange(url)).json()) as { refresh_token?: string }
    const refreshed = await exchange(url, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    })
    expect(refreshed.status).toBe(200)
  })
})

describe('what is refused', () => {
  test('a request without PKCE', async () => {
    const address = authorizationUrl({ login_hint: 'alice' })
    address.searchParams.delete('code_challenge')
    address.searchParams.delete('code_challenge_method')
    const { url } = await new Browser().open(address, notTheCallback)
    expect(url.searchParams.get('error')).toBe('invalid_request')
    expect(url.searchParams.get('code')).toBeNull()
  })

  test.each([
    'http://evil.example/api/auth/callback',
    'http://localhost:8080/elsewhere',
    'http://localhost.evil.example/api/auth/callback',
    'http://localhost:8080/api/auth/callback?x=1',
    'http://user@localhost:8080/api/auth/callback',
  ])('sending the browser to %s', async (redirectUri) => {
    const { response } = await new Browser().open(
      authorizationUrl({ redirect_uri: redirectUri, login_hint: 'alice' }),
      notTheCallback,
    )
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('redirect_uri')
  })

  test.each(['http://127.0.0.1:9/api/auth/callback', 'http://[::1]:9/api/auth/callback'])(
    'but %s is allowed',
    async (redirectUri) => {
      const { url } = await new Browser().open(
        authorizationUrl({ redirect_uri: redirectUri, login_hint: 'alice' }),
        notTheCallback,
      )
      expect(url.searchParams.get('code')).not.toBeNull()
    },
  )

  test('a wrong verifier, a wrong secret and a code used twice', async () => {
    const browser = new Browser()
    const open = async (): Promise<URL> =>
      (await browser.open(authorizationUrl({ login_hint: 'alice' }), notTheCallback)).url
    expect((await exchange(await open(), { code_verifier: 'x'.repeat(43) })).status).toBe(400)
    const wrong = await fetch(new URL('/token', provider.issuer), {
      method: 'POST',
      body: new URLSearchParams({
        client_id: CLIENT_ID,
        client_secret: 'wrong',
        grant_type: 'authorization_code',
        code: 'x',
      }),
    })
    expect(wrong.status).toBe(401)
    const callback = await open()
    expect((await exchange(callback)).status).toBe(200)
    expect((await exchange(callback)).status).toBe(400)
  })
})

describe('what is kept', () => {
  test('keys and subjects outlive a restart, in a file that only its owner reads', async () => {
    const before = await signIn('alice')
    const jwks = await (await fetch(new URL('/jwks', provider.issuer))).text()
    await provider.close()
    provider = await start()
    expect((await signIn('alice'))['sub']).toBe(before['sub'])
    expect(await (await fetch(new URL('/jwks', provider.issuer))).text()).toBe(jwks)
    const file = join(directory, 'provider', 'identity.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).not.toContain(CLIENT_SECRET)
  })

  test('a damaged file is said so', async () => {
    await writeFile(join(directory, 'provider', 'identity.json'), '{')
    await expect(start()).rejects.toThrow(/identity\.json is damaged/)
  })

  test('changed groups show at the next sign-in, and nothing is written to the console', async () => {
    const warnings = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info'), vi.spyOn(console, 'error')]
    await provider.close()
    const person: Person = { username: 'zoe', name: 'Zoe', email: 'z@example.com', groups: ['a'], role: 'x' }
    provider = await start([person])
    expect((await signIn('zoe'))['groups']).toEqual(['a'])
    person.groups = ['b']
    expect((await signIn('zoe'))['groups']).toEqual(['b'])
    for (const warning of warnings) expect(warning).not.toHaveBeenCalled()
  })
})

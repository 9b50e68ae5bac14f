import { createServer, type Server as HttpServer } from 'node:http'
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../support/index.ts'

const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const ROUTES = [
  ['GET', '/api/auth/me'],
  ['POST', '/api/auth/token'],
  ['GET', '/api/v1/models'],
  ['GET', '/api/v1/api-keys'],
  ['GET', '/api/auth/sessions'],
] as const

/** Publishes keys and counts who asks. */
interface KeyServer {
  readonly url: string
  hits: number
  answer: () => { status: number; body: string }
  close(): Promise<void>
}

async function startKeyServer(keys: JWK[]): Promise<KeyServer> {
  const state = { url: '', hits: 0, answer: () => ({ status: 200, body: JSON.stringify({ keys }) }) }
  const server: HttpServer = createServer((_request, response) => {
    state.hits += 1
    const { status, body } = state.answer()
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  state.url = `http://127.0.0.1:${address.port}/jwks`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return Object.assign(state, { close })
}

const keyPair = async (kid: string) => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  return { ...pair, kid, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' } }
}

let world: World
let published: Awaited<ReturnType<typeof keyPair>>
let attacker: Awaited<ReturnType<typeof keyPair>>
let keyServer: KeyServer
let attackerServer: KeyServer
let alice: { sub: string; sid: string }

const ISSUER = 'https://idp.partner.example'
const issuerSettings = (jwksUrl: string) => [
  { issuer: ISSUER, jwksUrl, audience: 'litemaas', organizationId: ORGANIZATION, provision: 'member' },
  { issuer: 'https://closed.example', jwksUrl, audience: 'litemaas', organizationId: ORGANIZATION },
  {
    issuer: 'https://many.example',
    jwksUrl,
    audience: 'litemaas',
    organizations: { acme: ORGANIZATION, ghost: '11111111-1111-4111-8111-111111111111' },
    provision: 'member',
  },
]

beforeAll(async () => {
  ;[published, attacker] = await Promise.all([keyPair('published'), keyPair('attacker')])
  ;[keyServer, attackerServer] = await Promise.all([
    startKeyServer([published.jwk]),
    startKeyServer([attacker.jwk]),
  ])
  world = await startWorld({ config: { EXTERNAL_ISSUERS: JSON.stringify(issuerSettings(keyServer.url)) } })
  const { body } = await (await world.as('alice')).post('/api/auth/token')
  alice = JSON.parse(
    Buffer.from(String(body.data.accessToken).split('.')[1] ?? '', 'base64url').toString(),
  ) as typeof alice
})
afterAll(async () => {
  await Promise.all([world.close(), keyServer.close(), attackerServer.close()])
})

const seconds = () => Math.floor(Date.now() / 1000)
const ourSecret = () => new TextEncoder().encode(world.app.config.JWT_SECRET)
const ourClaims = (): JWTPayload => ({
  sub: alice.sub,
  sid: alice.sid,
  organizationId: ORGANIZATION,
  role: 'user',
  iss: world.url,
  aud: 'litemaas-api',
  iat: seconds(),
  exp: seconds() + 600,
})
const ours = (
  change: (claims: JWTPayload) => void = () => undefined,
  header: Partial<JWTHeaderParameters> = {},
) => {
  const claims = ourClaims()
  change(claims)
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(ourSecret())
}
const theirs = (
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
  key: CryptoKey = published.privateKey,
) =>
  new SignJWT(
    Object.fromEntries(
      Object.entries({
        iss: ISSUER,
        aud: 'litemaas',
        sub: 'outsider',
        iat: seconds(),
        exp: seconds() + 600,
        role: 'agent',
        ...claims,
      }).filter(([, value]) => value !== undefined),
    ),
  )
    .setProtectedHeader({ alg: 'RS256', kid: 'published', ...header })
    .sign(key)
const status = async (token: string, [method, path]: readonly [string, string] = ROUTES[0]) =>
  (await world.anonymous.request(method, path, undefined, { authorization: `Bearer ${token}` })).status
const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const signedText = async (header: string, payload: string) => {
  const key = await crypto.subtle.importKey('raw', ourSecret(), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${Buffer.from(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input))).toString('base64url')}`
}

it('knows good tokens, ours and theirs', async () => {
  expect(await status(await ours())).toBe(200)
  expect(await status(await theirs())).toBe(200)
})

describe('AN-01: forged tokens', () => {
  const forgeries: ReadonlyArray<readonly [what: string, forge: () => Promise<string> | string]> = [
    ['alg none', () => new UnsecuredJWT(ourClaims()).encode()],
    [
      'alg none, typed as ours',
      () => `${base64url({ alg: 'none', typ: 'at+jwt' })}.${base64url(ourClaims())}.`,
    ],
    [
      'alg nOnE with a signature',
      () => `${base64url({ alg: 'nOnE', typ: 'at+jwt' })}.${base64url(ourClaims())}.AAAA`,
    ],
    [
      'theirs with alg none',
      () =>
        `${base64url({ alg: 'none' })}.${base64url({ iss: ISSUER, aud: 'litemaas', sub: 'x', iat: seconds(), exp: seconds() + 60 })}.`,
    ],
    [
      'another secret',
      () =>
        new SignJWT(ourClaims())
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .sign(new TextEncoder().encode('x'.repeat(43))),
    ],
    [
      'HS256 by their public key',
      async () =>
        new SignJWT({ iss: ISSUER, aud: 'litemaas', sub: 'x' })
          .setProtectedHeader({ alg: 'HS256', kid: 'published' })
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(await exportSPKI(published.publicKey))),
    ],
    [
      'HS512 by our secret',
      () => new SignJWT(ourClaims()).setProtectedHeader({ alg: 'HS512', typ: 'at+jwt' }).sign(ourSecret()),
    ],
    [
      'ours claiming to be theirs',
      () => ours((claims) => Object.assign(claims, { iss: ISSUER, aud: 'litemaas' })),
    ],
    ['theirs claiming to be ours', () => theirs({ ...ourClaims() }, { typ: 'at+jwt' })],
    ['another key, their key id', () => theirs({}, {}, attacker.privateKey)],
    ['an unknown key id', () => theirs({}, { kid: 'attacker' }, attacker.privateKey)],
    ['jku', () => theirs({}, { kid: 'attacker', jku: attackerServer.url }, attacker.privateKey)],
    ['x5u', () => theirs({}, { kid: 'attacker', x5u: attackerServer.url }, attacker.privateKey)],
    ['an embedded jwk', () => theirs({}, { kid: 'attacker', jwk: attacker.jwk }, attacker.privateKey)],
    ['jku in ours', () => ours(undefined, { jku: attackerServer.url })],
    ['a stripped signature', async () => (await ours()).replace(/[^.]+$/, '')],
    ['two parts', async () => (await ours()).split('.').slice(0, 2).join('.')],
    [
      'a changed payload',
      async () => (await ours()).replace(/\.[^.]+\./, `.${base64url({ ...ourClaims(), role: 'admin' })}.`),
    ],
    [
      'claims that stand twice',
      () =>
        signedText(
          '{"alg":"HS256","typ":"at+jwt"}',
          JSON.stringify(ourClaims()).replace('{', '{"sub":"somebody",'),
        ),
    ],
    [
      'headers that stand twice',
      () => signedText('{"alg":"none","alg":"HS256","typ":"at+jwt"}', JSON.stringify(ourClaims())),
    ],
    ['another typ', () => ours(undefined, { typ: 'JWT' })],
    ['no typ', () => new SignJWT(ourClaims()).setProtectedHeader({ alg: 'HS256' }).sign(ourSecret())],
    [
      'a token within a token',
      async () => signedText('{"alg":"HS256","typ":"at+jwt","cty":"JWT"}', await ours()),
    ],
    [
      'a critical extension',
      () => signedText('{"alg":"HS256","typ":"at+jwt","crit":["x"],"x":1}', JSON.stringify(ourClaims())),
    ],
    ['a list as payload', () => signedText('{"alg":"HS256","typ":"at+jwt"}', '[]')],
  ]

  it.each(forgeries)('%s opens no door', async (_what, forge) => {
    const token = await forge()
    for (const route of ROUTES) expect(await status(token, route)).toBe(401)
  })

  it('made nobody ask the attacker', () => {
    expect(attackerServer.hits).toBe(0)
  })
})

const times: ReadonlyArray<
  readonly [what: string, change: (now: number) => Record<string, unknown>, expected: number]
> = [
  ['ended 30 s ago', (now) => ({ iat: now - 630, exp: now - 30 }), 200],
  ['ended 90 s ago', (now) => ({ iat: now - 690, exp: now - 90 }), 401],
  ['begins in 30 s', (now) => ({ nbf: now + 30 }), 200],
  ['begins in 90 s', (now) => ({ nbf: now + 90 }), 401],
  ['made in 30 s', (now) => ({ iat: now + 30 }), 200],
  ['made in 90 s', (now) => ({ iat: now + 90 }), 401],
  ['lives longer than a day', (now) => ({ exp: now + 86_400 + 60 }), 401],
  ['never ends', () => ({ exp: undefined }), 401],
  ['ends as text', (now) => ({ exp: String(now + 600) }), 401],
  ['is for another audience', () => ({ aud: 'other' }), 401],
  ['is for no audience', () => ({ aud: undefined }), 401],
  ['is of another issuer', () => ({ iss: 'https://evil.example' }), 401],
  ['is of no issuer', () => ({ iss: undefined }), 401],
  ['has no subject', () => ({ sub: undefined }), 401],
]
describe('AN-02: claims', () => {
  it.each(times)('ours that %s', async (_what, change, expected) => {
    expect(
      await status(
        await ours((claims) => {
          for (const [name, value] of Object.entries(change(seconds()))) {
            if (value === undefined) delete claims[name]
            else claims[name] = value
          }
        }),
      ),
    ).toBe(expected)
  })

  it.each(times)('theirs that %s', async (_what, change, expected) => {
    expect(await status(await theirs(change(seconds())))).toBe(expected)
  })

  it.each([
    ['somebody else’s session', { sub: '11111111-1111-4111-8111-111111111111' }],
    ['no session', { sid: undefined }],
    ['a session that is text', { sid: 'x' }],
  ])('ours with %s', async (_what, change) => {
    expect(
      await status(
        await ours((claims) => {
          for (const [name, value] of Object.entries(change)) {
            if (value === undefined) delete claims[name]
            else claims[name] = value
          }
        }),
      ),
    ).toBe(401)
  })
})

describe('TI-12: the organization of an outside token', () => {
  const answer = async (claims: JWTPayload) => {
    const { status: code, body } = await world.anonymous.get('/api/auth/me', {
      authorization: `Bearer ${await theirs(claims)}`,
    })
    return [code, body.code]
  }
  const many = { iss: 'https://many.example' }
  const organizations = async () =>
    (await world.query<{ count: string }>('select count(*) from organizations'))[0]?.count

  it('is the configured one', async () => {
    const { body } = await world.anonymous.get('/api/auth/me', {
      authorization: `Bearer ${await theirs({ ...many, sub: 'm1', org_id: 'acme' })}`,
    })
    expect(body.data.organization.id).toBe(ORGANIZATION)
    expect(await answer({ ...many, sub: 'm1', organization_id: 'acme' })).toEqual([200, undefined])
  })

  it.each([
    [{ org_id: 'unknown' }],
    [{ org_id: ['acme'] }],
    [{ org_id: 'acme', organization_id: 'other' }],
    [{ org_id: ORGANIZATION }],
    [{ org_id: '__proto__' }],
    [{}],
  ])('is not %j', async (claims) => {
    const before = await organizations()
    expect(await answer({ ...many, ...claims })).toEqual([401, 'UNAUTHORIZED'])
    expect(await organizations()).toBe(before)
  })

  it('must exist, and is never made', async () => {
    const before = await organizations()
    expect(await answer({ ...many, sub: 'm2', org_id: 'ghost' })).toEqual([403, 'NO_ORGANIZATION'])
    expect(await organizations()).toBe(before)
    expect(await world.query(`select 1 from identities where subject = 'm2'`)).toEqual([])
  })

  it('needs a membership where nobody is provisioned', async () => {
    expect(await answer({ iss: 'https://closed.example', sub: 'stranger' })).toEqual([403, 'NO_ORGANIZATION'])
    expect(await world.query(`select 1 from identities where subject = 'stranger'`)).toEqual([])
  })

  it('a suspended one, and a membership that was ended, stay closed', async () => {
    expect(await answer({ sub: 'leaver' })).toEqual([200, undefined])
    await world.query(
      `update memberships set status = 'disabled' where user_id = (select user_id from identities where subject = 'leaver')`,
    )
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await answer({ sub: 'leaver' })).toEqual([403, 'NO_ORGANIZATION'])
  })
})

describe('people of an outside issuer', () => {
  const meOf = async (claims: JWTPayload) =>
    (await world.anonymous.get('/api/auth/me', { authorization: `Bearer ${await theirs(claims)}` })).body.data

  it('are made once, audited, and join only the linked organization', async () => {
    const all = await Promise.all(
      Array.from({ length: 5 }, () =>
        meOf({ sub: 'newcomer', email: 'alice@example.com', name: 'New Comer' }),
      ),
    )
    expect(new Set(all.map((me) => me.user.id as string)).size).toBe(1)
    expect(all[0]).toMatchObject({
      platformRole: 'user',
      organizationRole: 'member',
      user: { displayName: 'New Comer' },
      memberships: [{ organizationId: ORGANIZATION }],
    })
    const rows = await world.query(
      `select action from audit_logs where door = 'outsideToken' and actor_id = $1 order by action`,
      [all[0].user.id],
    )
    expect(rows).toEqual([{ action: 'membership.created' }, { action: 'user.created' }])
    expect(all[0].user.id).not.toBe(alice.sub)
  })

  it('do with a token of a low role nothing that only their stored role allows', async () => {
    const { user, organizationRole } = await meOf({ sub: 'lowered', role: 'admin' })
    expect(organizationRole).toBe('admin')
    const low = { authorization: `Bearer ${await theirs({ sub: 'lowered', role: 'viewer' })}` }
    const attempts = [
      await world.anonymous.post('/api/v1/admin/invitations', { role: 'viewer' }, low),
      await world.anonymous.patch(`/api/v1/admin/members/${user.id}`, { role: 'admin' }, low),
      await world.anonymous.post('/api/v1/api-keys', { name: 'x', modelIds: [user.id] }, low),
      await world.anonymous.post('/api/v1/organization/leave', undefined, low),
      await world.anonymous.post('/api/auth/token', undefined, low),
      await world.anonymous.put('/api/auth/organization', { organizationId: ORGANIZATION }, low),
      await world.anonymous.post('/api/v1/events/tickets', undefined, low),
    ]
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 403))
  })

  it('have the lower of the two roles', async () => {
    await meOf({ sub: 'roles', role: 'agent' })
    expect((await meOf({ sub: 'roles', role: 'admin' })).organizationRole).toBe('member')
    for (const role of ['viewer', 'unheard-of', ['admin'], undefined, 'constructor'])
      expect((await meOf({ sub: 'roles', role })).organizationRole).toBe('viewer')
    expect((await meOf({ sub: 'roles', platformRole: 'admin', role: 'agent' })).platformRole).toBe('user')
  })

  it('have no session to mint tokens from or to end', async () => {
    const outsider = world.anonymous.with({ authorization: `Bearer ${await theirs()}` })
    for (const [method, path] of [
      ['POST', '/api/auth/token'],
      ['POST', '/api/auth/logout'],
      ['GET', '/api/auth/sessions'],
    ] as const)
      expect((await outsider.request(method, path)).status).toBe(403)
  })

  it('cannot take somebody else’s place by a subject with separators', async () => {
    await meOf({ sub: 'victim' })
    expect(await status(await theirs({ sub: 'victim\u001fx' }))).toBe(401)
  })
})

describe('AN-16: the issuer’s keys', () => {
  it('are not asked for by tokens with random key ids', async () => {
    const keys = await startKeyServer([published.jwk])
    const server = await world.startServer({
      PUBLIC_URL: world.url,
      EXTERNAL_ISSUERS: JSON.stringify(issuerSettings(keys.url)),
    })
    const call = async (token: string) =>
      (await fetch(`${server.url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } })).status
    for (let batch = 0; batch < 20; batch += 1) {
      const tokens = await Promise.all(
        Array.from({ length: 50 }, (_, index) => theirs({}, { kid: `random-${batch}-${index}` })),
      )
      expect(new Set(await Promise.all(tokens.map(call)))).toEqual(new Set([401]))
    }
    expect(keys.hits).toBeLessThanOrEqual(2)
    await Promise.all([server.close(), keys.close()])
  })

  it('being away at first is a 503, and known keys outlive an outage', async () => {
    const keys = await startKeyServer([published.jwk])
    const good = keys.answer
    const start = () =>
      world.startServer({ PUBLIC_URL: world.url, EXTERNAL_ISSUERS: JSON.stringify(issuerSettings(keys.url)) })
    const call = async (url: string) =>
      (await fetch(`${url}/api/auth/me`, { headers: { authorization: `Bearer ${await theirs()}` } })).status
    for (const bad of [
      { status: 500, body: '' },
      { status: 200, body: 'garbage' },
      { status: 200, body: '{"keys":[]}' },
    ]) {
      keys.answer = () => bad
      const server = await start()
      expect(await call(server.url)).toBe(503)
      await server.close()
    }
    keys.answer = good
    const server = await start()
    expect(await call(server.url)).toBe(200)
    keys.answer = () => ({ status: 500, body: '' })
    expect(await call(server.url)).toBe(200)
    await Promise.all([server.close(), keys.close()])
  })
})

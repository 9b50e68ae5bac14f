import { randomBytes } from 'node:crypto'
import { request as rawRequest } from 'node:http'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, eventually, startWorld, type Answer, type World } from '../../../test/support/index.ts'
import { addMember, addOrganization, clientOf, openSession } from '../../../test/support/people.ts'
import { startServerProcess, type ServerProcess } from '../../../test/support/server-process.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const CLIENTS = '/api/v1/admin/service-clients'
const TOKEN = '/api/auth/oauth/token'
const TEAMS = '/api/v1/admin/teams'
const SCOPES = ['teams:read-all', 'audit:read']

interface Machine {
  id: string
  clientId: string
  secret: string
  secrets: Array<{ id: string }>
}

let world: World
let other: ServerProcess
let admin: Client
let machine: Machine

beforeAll(async () => {
  world = await startWorld()
  admin = await clientOf(world, await addMember(world, { role: 'admin' }))
  machine = await create()
  other = await startServerProcess(world, { PUBLIC_URL: world.url })
})
afterAll(async () => {
  await other.stop()
  await world.close()
})

async function create(body: object = {}, by = admin): Promise<Machine> {
  const answer = await by.post(CLIENTS, { name: 'A machine', scopes: SCOPES, ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}

const basic = (clientId: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
})
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  world.anonymous.request('POST', path, body, { ...FORM, ...headers })
const ask = (
  fields: Record<string, string> = {},
  who: Machine = machine,
  headers: Record<string, string> = {},
) =>
  post(TOKEN, form({ grant_type: 'client_credentials', ...fields }), {
    ...basic(who.clientId, who.secret),
    ...headers,
  })
const tokenOf = async (who: Machine = machine, fields: Record<string, string> = {}): Promise<string> => {
  const answer = await ask(fields, who)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.access_token as string
}
const as = (token: string, url = world.url) => new Client(url, { authorization: `Bearer ${token}` })
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
/** Refused in both processes, and not later than the cache may believe. */
const ends = async (token: string, status = 401) => {
  const since = performance.now()
  for (const url of [world.url, other.url])
    await eventually(async () => expect((await as(token, url).get(TEAMS)).status, url).toBe(status), 3000)
  expect(performance.now() - since).toBeLessThan(1500)
}
const works = async (token: string) => {
  for (const url of [world.url, other.url]) expect((await as(token, url).get(TEAMS)).status, url).toBe(200)
}

describe('asking for a token', () => {
  test('answers one, by header or by form, that opens what its scopes name', async () => {
    const byHeader = await ask()
    expect(byHeader).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 900, scope: SCOPES.join(' ') },
    })
    expect(Object.keys(byHeader.body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
    expect(byHeader.headers.get('cache-control')).toBe('no-store')
    expect(byHeader.headers.get('pragma')).toBe('no-cache')
    const { clientId: client_id, secret: client_secret } = machine
    const byForm = await post(
      TOKEN,
      form({ grant_type: 'client_credentials', client_id, client_secret, scope: '', other: 'x' }),
    )
    expect(byForm).toMatchObject({ status: 200, body: { scope: SCOPES.join(' ') } })
    for (const { body } of [byHeader, byForm])
      expect((await as(body.access_token).get(TEAMS)).status).toBe(200)
  })

  test.each([
    ['no grant', {}, 400, 'invalid_request'],
    ['an empty grant', { grant_type: '' }, 400, 'invalid_request'],
    [
      'a grant of people',
      { grant_type: 'password', username: 'a', password: 'b' },
      400,
      'unsupported_grant_type',
    ],
    ['a code', { grant_type: 'authorization_code', code: 'x' }, 400, 'unsupported_grant_type'],
    [
      'a scope that it does not have',
      { grant_type: 'client_credentials', scope: 'teams:read-all keys:write-all' },
      400,
      'invalid_scope',
    ],
    [
      'a scope that nobody has',
      { grant_type: 'client_credentials', scope: 'everything' },
      400,
      'invalid_scope',
    ],
    ['text that cannot be', { grant_type: 'client_credentials', scope: 'a\u0000b' }, 400, 'invalid_request'],
  ])('is refused with %s', async (_what, fields, status, error) => {
    const answer = await post(
      TOKEN,
      form(fields as Record<string, string>),
      basic(machine.clientId, machine.secret),
    )
    expect([answer.status, answer.body.error, typeof answer.body.error_description]).toEqual([
      status,
      error,
      'string',
    ])
    expect(Object.keys(answer.body).sort()).toEqual(['error', 'error_description'])
  })

  test('is refused alike for an unknown client, a wrong secret, and one that works no longer', async () => {
    const disabled = await create()
    await admin.patch(`${CLIENTS}/${disabled.id}`, { status: 'disabled' })
    const another = await create()
    const shapes = new Set<string>()
    for (const [clientId, secret] of [
      ['lmc_nobodynobodynobodynobo', machine.secret],
      [machine.clientId, another.secret],
      [machine.clientId, `${machine.secret.slice(0, -1)}x`],
      [machine.clientId, 'wrong'],
      [machine.clientId, ''],
      [disabled.clientId, disabled.secret],
      ['', ''],
    ] as const) {
      const answer = await post(TOKEN, form({ grant_type: 'client_credentials' }), basic(clientId, secret))
      shapes.add(
        `${answer.status} ${JSON.stringify(answer.body)} ${answer.headers.get('www-authenticate') ?? ''}`,
      )
    }
    expect([...shapes]).toEqual([
      '401 {"error":"invalid_client","error_description":"Client authentication failed."} Basic realm="litemaas", charset="UTF-8"',
    ])
  })

  test('is refused with two ways of authentication, or none, or another', async () => {
    const { clientId: client_id, secret: client_secret } = machine
    const grant = { grant_type: 'client_credentials' }
    const both = await post(
      TOKEN,
      form({ ...grant, client_id, client_secret }),
      basic(client_id, client_secret),
    )
    expect([both.status, both.body.error]).toEqual([400, 'invalid_request'])
    const two = await post(TOKEN, form({ ...grant, client_id: 'lmc_other' }), basic(client_id, client_secret))
    expect([two.status, two.body.error]).toEqual([400, 'invalid_request'])
    for (const headers of [
      {},
      { authorization: 'Bearer x' },
      { authorization: 'Basic %%%' },
      { authorization: 'Basic eA==' },
    ]) {
      const answer = await post(TOKEN, form({ ...grant, client_id }), headers as Record<string, string>)
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    }
  })

  test('is refused with anything in the URL, a field that stands twice, and a body that is no form', async () => {
    const { clientId, secret } = machine
    for (const query of [
      `client_id=${clientId}&client_secret=${secret}`,
      'grant_type=client_credentials',
      'a=1',
    ]) {
      const answer = await post(
        `${TOKEN}?${query}`,
        form({ grant_type: 'client_credentials' }),
        basic(clientId, secret),
      )
      expect([query, answer.status, answer.body.error]).toEqual([query, 400, 'invalid_request'])
      expect(JSON.stringify(answer.body)).not.toContain(secret)
    }
    const twice = await post(TOKEN, 'grant_type=client_credentials&scope=a&scope=b', basic(clientId, secret))
    expect([twice.status, twice.body.error]).toEqual([400, 'invalid_request'])
    const json = await world.anonymous.post(
      TOKEN,
      { grant_type: 'client_credentials' },
      basic(clientId, secret),
    )
    expect([json.status, json.body.error]).toEqual([415, 'invalid_request'])
    expect((await world.anonymous.get(TOKEN)).status).toBe(404)
  })

  test('has the limit of sign-ins', async () => {
    const server = await world.startServer({ SIGN_IN_RATE_LIMIT: '3' })
    const statuses: number[] = []
    for (let count = 0; count < 5; count += 1)
      statuses.push(
        (
          await new Client(server.url, FORM).post(
            TOKEN,
            form({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' }),
          )
        ).status,
      )
    expect(statuses).toEqual([401, 401, 401, 429, 429])
  })

  test('leaves one row for every ten failures from an address, and none for tokens', async () => {
    const rows = () =>
      world.query<{ count: number; address: string }>(
        `select count, address from audit_logs where action = 'service_client.authentication_failed' and address = '203.0.113.66'`,
      )
    for (let count = 0; count < 20; count += 1)
      await post(TOKEN, form({ grant_type: 'client_credentials' }), {
        ...basic('lmc_x', 'y'),
        'x-forwarded-for': '203.0.113.66',
      })
    expect((await rows()).map((row) => row.count).toSorted((a, b) => a - b)).toEqual([10, 20])
    await tokenOf()
    expect(await world.query(`select from audit_logs where action like '%token%created%'`)).toEqual([])
  })
})

describe('a token', () => {
  test('is for machines, says what it may, and ends within fifteen minutes', async () => {
    const token = await tokenOf(machine, { scope: 'audit:read' })
    const claims = claimsOf(token)
    expect(claims).toMatchObject({
      sub: machine.clientId,
      client_id: machine.clientId,
      scope: 'audit:read',
      aud: 'litemaas-machines',
      iss: world.url,
    })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(900)
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      alg: 'HS256',
      typ: 'at+jwt',
    })
    const again = claimsOf(await tokenOf())
    expect(again['jti']).not.toBe(claims['jti'])
  })

  test('lives as long as its client says, and never longer than its secret', async () => {
    const short = await create({ tokenTtlSeconds: 60 })
    expect((await ask({}, short)).body.expires_in).toBe(60)
    const ending = await create({ secretExpiresAt: new Date(Date.now() + 30_000).toISOString() })
    const answer = await ask({}, ending)
    expect(answer.body.expires_in).toBeGreaterThan(20)
    expect(answer.body.expires_in).toBeLessThanOrEqual(30)
    await works(answer.body.access_token)
    await world.query(
      `update service_client_secrets set valid_until = now() - interval '1 second' where service_client_id = $1`,
      [ending.id],
    )
    expect((await ask({}, ending)).status).toBe(401)
    await ends(answer.body.access_token)
  })

  test('opens what its scopes name, and nothing else', async () => {
    const token = as(await tokenOf(machine, { scope: 'audit:read' }))
    expect((await token.get('/api/v1/admin/audit-logs')).status).toBe(200)
    const closed = await token.get(TEAMS)
    expect(closed).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', details: { requiredPermission: 'teams:read-all' } },
    })
    expect((await token.get('/api/v1/models')).status).toBe(403)
    const usage = await create({ scopes: ['usage:read-all'] })
    expect((await as(await tokenOf(usage)).get('/api/v1/admin/usage/summary')).status).toBe(200)
  })

  test('is no person: not where one is needed, not by role, not in another organization', async () => {
    const elsewhere = await addOrganization(world, 'Elsewhere')
    const every = await create({
      scopes: ['teams:read', 'teams:read-all', 'usage:read', 'jobs:read', 'organizations:read'],
    })
    const token = as(await tokenOf(every))
    for (const path of [
      '/api/v1/usage/summary',
      '/api/v1/teams',
      '/api/v1/jobs',
      '/api/v1/me',
      '/api/auth/sessions',
      '/api/v1/admin/settings',
      '/api/v1/admin/organizations',
      `${TEAMS}?organizationId=${elsewhere}`,
      `${TEAMS}?scope=platform`,
    ])
      expect([path, (await token.get(path)).status]).toEqual([path, 403])
    expect((await token.post('/api/auth/token')).status).toBe(403)
    expect((await token.post('/v1/chat/completions', { model: 'x', messages: [] })).status).toBe(401)
  })

  test('of one organization sees nothing of another', async () => {
    const theirs = await addOrganization(world, 'Theirs')
    const theirAdmin = await clientOf(
      world,
      await addMember(world, { organizationId: theirs, role: 'admin' }),
    )
    await theirAdmin.post(TEAMS, { name: 'Their secret team' })
    const ours = JSON.stringify((await as(await tokenOf()).get(TEAMS)).body)
    expect(ours).not.toContain('Their secret team')
    const their = await create({}, theirAdmin)
    expect(JSON.stringify((await as(await tokenOf(their)).get(TEAMS)).body)).toContain('Their secret team')
  })

  test('of another maker, kind, audience, time or algorithm is none', async () => {
    const good = claimsOf(await tokenOf())
    const secret = Buffer.from(world.app.config.JWT_SECRET)
    const sign = (claims: object, key = secret, header: object = {}) =>
      new SignJWT({ ...good, ...claims })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
        .sign(key)
    expect((await as(await sign({})).get(TEAMS)).status).toBe(200)
    const now = Math.floor(Date.now() / 1000)
    const bad = [
      await sign({}, Buffer.from('x'.repeat(43))),
      await sign({ aud: 'litemaas-api' }),
      await sign({ aud: ['litemaas-machines', 'litemaas-api'] }),
      await sign({ iss: 'https://elsewhere.example' }),
      await sign({ exp: now - 1 }),
      await sign({ exp: now + 100_000 }),
      await sign({ iat: now + 120 }),
      await sign({ nbf: now + 120 }),
      await sign({ client_id: 'lmc_somebodyelse' }),
      await sign({ sub: 'lmc_somebodyelse', client_id: 'lmc_somebodyelse' }),
      await sign({ jti: 'x' }),
      await sign({ jti: undefined }),
      await sign({ sec: '00000000-0000-4000-8000-00000000dead' }),
      await sign({ scope: undefined }),
      await sign({}, secret, { typ: 'JWT' }),
      `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`,
    ]
    for (const [index, token] of bad.entries())
      expect([index, (await as(token).get(TEAMS)).status]).toEqual([index, 401])
    // More scopes in the token than its client has are worth nothing, whoever signed it.
    const wide = as(
      await sign({ scope: 'teams:read-all teams:write service-clients:write keys:create models:write' }),
    )
    expect((await wide.get(TEAMS)).status).toBe(200)
    expect((await wide.post(TEAMS, { name: 'Mine' })).status).toBe(403)
    // A person's token, even one that claims a scope, stays a person's.
    const member = await addMember(world)
    const { sessionId } = await openSession(world, member)
    const personal = await sign({
      aud: 'litemaas-api',
      sub: member.userId,
      sid: sessionId,
      organizationId: member.organizationId,
    })
    expect((await as(personal).get('/api/auth/me')).body.data.user.id).toBe(member.userId)
    expect((await as(personal).get(TEAMS)).status).toBe(403)
  })

  test('ends within a second when its client is narrowed, disabled or deleted', async () => {
    const client = await create()
    const token = await tokenOf(client)
    await works(token)
    await admin.patch(`${CLIENTS}/${client.id}`, { scopes: ['audit:read'] })
    await ends(token, 403)
    await admin.patch(`${CLIENTS}/${client.id}`, { scopes: SCOPES })
    await eventually(() => works(token))
    await admin.patch(`${CLIENTS}/${client.id}`, { status: 'disabled' })
    await ends(token)
    await admin.patch(`${CLIENTS}/${client.id}`, { status: 'active' })
    await eventually(() => works(token))
    expect((await admin.delete(`${CLIENTS}/${client.id}`)).status).toBe(204)
    await ends(token)
    expect((await ask({}, client)).status).toBe(401)
  })

  test('ends with its organization', async () => {
    const theirs = await addOrganization(world, 'Ending')
    const theirAdmin = await clientOf(
      world,
      await addMember(world, { organizationId: theirs, role: 'admin' }),
    )
    const client = await create({}, theirAdmin)
    const token = await tokenOf(client)
    await works(token)
    await world.query(`update organizations set status = 'suspended' where id = $1`, [theirs])
    await ends(token)
    expect((await ask({}, client)).status).toBe(401)
  })
})

describe('introspection and revocation', () => {
  const introspect = (token: string, who?: Machine) =>
    post('/api/auth/oauth/introspect', form({ token }), who ? basic(who.clientId, who.secret) : {})
  const revoke = (token: string, who?: Machine) =>
    post(
      '/api/auth/oauth/revoke',
      form({ token, token_type_hint: 'refresh_token' }),
      who ? basic(who.clientId, who.secret) : {},
    )

  test('are closed to who shows no secret', async () => {
    const token = await tokenOf()
    for (const answer of [
      await introspect(token),
      await revoke(token),
      await post('/api/auth/oauth/introspect', form({ token }), { authorization: `Bearer ${token}` }),
      await introspect(token, { ...machine, secret: 'wrong' }),
    ])
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    await works(token)
    const without = await post('/api/auth/oauth/introspect', '', basic(machine.clientId, machine.secret))
    expect([without.status, without.body.error]).toEqual([400, 'invalid_request'])
  })

  test('tell of tokens of the own organization, and of no other', async () => {
    const token = await tokenOf(machine, { scope: 'audit:read' })
    const colleague = await create()
    for (const who of [machine, colleague])
      expect((await introspect(token, who)).body).toMatchObject({
        active: true,
        scope: 'audit:read',
        client_id: machine.clientId,
        token_type: 'Bearer',
        iss: world.url,
      })
    const theirs = await addOrganization(world, 'Curious')
    const their = await create(
      {},
      await clientOf(world, await addMember(world, { organizationId: theirs, role: 'admin' })),
    )
    const person = (await openSession(world, await addMember(world))).token
    for (const [what, who] of [
      [token, their],
      ['nonsense', machine],
      [person, machine],
      [`${token}x`, machine],
    ] as const)
      expect(await introspect(what, who)).toMatchObject({ status: 200, body: { active: false } })
    expect(Object.keys((await introspect(token, their)).body)).toEqual(['active'])
  })

  test('end a token everywhere, once, with one row; what is no own token is answered alike', async () => {
    const [token, another] = [await tokenOf(), await tokenOf()]
    const colleague = await create()
    for (const [what, who] of [
      ['nonsense', machine],
      [token, colleague],
    ] as const)
      expect(await revoke(what, who)).toMatchObject({ status: 200, body: {} })
    await works(token)
    for (let count = 0; count < 2; count += 1) expect((await revoke(token, machine)).status).toBe(200)
    await ends(token)
    await works(another)
    expect((await introspect(token, machine)).body).toEqual({ active: false })
    const rows = await world.query(
      `select actor_kind, actor_id, door from audit_logs where action = 'service_token.revoked' and resource_id = $1`,
      [claimsOf(token)['jti']],
    )
    expect(rows).toEqual([{ actor_kind: 'serviceClient', actor_id: machine.id, door: 'serviceClient' }])
  })

  test('are found by the metadata of the installation', async () => {
    const { status, body } = await world.anonymous.get('/.well-known/oauth-authorization-server')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      issuer: world.url,
      token_endpoint: `${world.url}${TOKEN}`,
      grant_types_supported: ['client_credentials'],
    })
    for (const name of ['introspection_endpoint', 'revocation_endpoint'])
      expect((await post(new URL(body[name]).pathname, '')).status).toBe(401)
  })
})

describe('the list of addresses', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })

  test.each([
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['203.0.113.8/30'], '203.0.113.11', true],
    [['203.0.113.8/30'], '203.0.113.12', false],
    [['203.0.113.7'], '::ffff:203.0.113.7', true],
    [['::ffff:203.0.113.0/120'], '203.0.113.200', true],
    [['2001:db8:1::/48'], '2001:db8:1:ffff::9', true],
    [['2001:db8:1::/48'], '2001:db8:2::9', false],
    [[], '203.0.113.7', false],
    [null, '203.0.113.7', true],
  ] as const)('%j from %s: %s, at issue and at use', async (allowedIps, address, isIn) => {
    const client = await create({ allowedIps })
    const issued = await ask({}, client, from(address))
    expect([issued.status, issued.body.error]).toEqual(isIn ? [200, undefined] : [400, 'unauthorized_client'])
    await admin.patch(`${CLIENTS}/${client.id}`, { allowedIps: null })
    const token = await tokenOf(client)
    await admin.patch(`${CLIENTS}/${client.id}`, { allowedIps })
    await eventually(async () => {
      const used = await as(token).get(TEAMS, from(address))
      expect([used.status, used.body.code]).toEqual(isIn ? [200, undefined] : [403, 'ADDRESS_NOT_ALLOWED'])
    }, 2000)
  })

  test('holds for tokens that are out there, within a second, in every process, and names who was turned away', async () => {
    const client = await create({ allowedIps: ['127.0.0.0/8', '::1'] })
    const token = await tokenOf(client)
    await works(token)
    await admin.patch(`${CLIENTS}/${client.id}`, { allowedIps: ['203.0.113.0/24'] })
    await ends(token, 403)
    await world.app.refusals.flush({ everything: true })
    const [row] = await world.query<{ actor_id: string }>(
      `select actor_id from audit_logs where action = 'request.refused' and after->>'code' = 'ADDRESS_NOT_ALLOWED' and actor_id = $1`,
      [client.id],
    )
    expect(row?.actor_id).toBe(client.id)
    // Public operations are open to who is not let in elsewhere.
    expect((await as(token).get('/health/live')).status).toBe(200)
  })

  test('believes forwarding headers of trusted proxies only, and of these only the last hop', async () => {
    const client = await create({ allowedIps: ['127.0.0.2', '203.0.113.5'] })
    const server = await world.startServer({ TRUSTED_PROXIES: '198.51.100.0/24', PUBLIC_URL: world.url })
    const direct = (path: string, localAddress: string, headers: Record<string, string>, body?: string) =>
      new Promise<number>((resolve, reject) => {
        const call = rawRequest(
          {
            host: '127.0.0.1',
            port: new URL(server.url).port,
            path,
            localAddress,
            method: body === undefined ? 'GET' : 'POST',
            headers,
          },
          (response) => {
            response.resume()
            resolve(response.statusCode ?? 0)
          },
        )
        call.on('error', reject)
        call.end(body)
      })
    const grant = form({ grant_type: 'client_credentials' })
    const credentials = { ...FORM, ...basic(client.clientId, client.secret) }
    const forged = {
      'x-forwarded-for': '203.0.113.5',
      'x-real-ip': '203.0.113.5',
      forwarded: 'for=203.0.113.5',
    }
    expect(await direct(TOKEN, '127.0.0.2', credentials, grant)).toBe(200)
    expect(await direct(TOKEN, '127.0.0.1', credentials, grant)).toBe(400)
    expect(await direct(TOKEN, '127.0.0.1', { ...credentials, ...forged }, grant)).toBe(400)
    const issued = await ask({}, client, from('203.0.113.5'))
    const bearer = { authorization: `Bearer ${String(issued.body.access_token)}` }
    expect(await direct(TEAMS, '127.0.0.2', bearer)).toBe(200)
    expect(await direct(TEAMS, '127.0.0.1', { ...bearer, ...forged })).toBe(403)
    // Behind the proxy that the world trusts, what the client itself wrote stands to the left of what the proxy saw.
    expect((await ask({}, client, from('203.0.113.5, 198.51.100.9'))).status).toBe(400)
    expect((await as(issued.body.access_token).get(TEAMS, from('203.0.113.5, 198.51.100.9'))).status).toBe(
      403,
    )
    expect((await as(issued.body.access_token).get(TEAMS, from('198.51.100.9, 203.0.113.5'))).status).toBe(
      200,
    )
  })
})

describe('exchanging a secret', () => {
  test('has no gap: two are valid, and the first is removed when nobody uses it', async () => {
    const client = await create()
    const first = { ...client, secretId: client.secrets[0]?.id ?? '' }
    let current: Machine = client
    let token = await tokenOf(client)
    let isOver = false
    const statuses: number[] = []
    const traffic = (async () => {
      while (!isOver) {
        statuses.push((await as(token).get(TEAMS)).status)
        statuses.push((await ask({}, current)).status)
      }
    })()
    const added = await admin.post(`${CLIENTS}/${client.id}/secrets`)
    expect(added.status).toBe(201)
    const second = { ...client, secret: added.body.data.secret as string }
    expect((await ask({}, client)).status).toBe(200)
    token = await tokenOf(second)
    const seen = statuses.length
    current = second
    // Requests that were under way with the first have ended.
    await eventually(() => expect(statuses.length).toBeGreaterThan(seen + 4))
    expect((await admin.delete(`${CLIENTS}/${client.id}/secrets/${first.secretId}`)).status).toBe(204)
    const removed = statuses.length
    await eventually(() => expect(statuses.length).toBeGreaterThan(removed + 10))
    isOver = true
    await traffic
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await ask({}, client)).status).toBe(401)
    expect((await ask({}, second)).status).toBe(200)
  })

  test('ends the tokens of the one that is removed, and only those', async () => {
    const client = await create()
    const added = (await admin.post(`${CLIENTS}/${client.id}/secrets`, {})).body.data
    const [old, young] = [await tokenOf(client), await tokenOf({ ...client, secret: added.secret })]
    await works(old)
    await admin.delete(`${CLIENTS}/${client.id}/secrets/${client.secrets[0]?.id ?? ''}`)
    await ends(old)
    await works(young)
  })

  test('counts what each made, and when the client was last here', async () => {
    const client = await create()
    const added = (await admin.post(`${CLIENTS}/${client.id}/secrets`, {})).body.data
    for (let count = 0; count < 3; count += 1) await tokenOf(client)
    await tokenOf({ ...client, secret: added.secret })
    await world.app.serviceClientActivity.flush()
    const { data } = (await admin.get(`${CLIENTS}/${client.id}`)).body
    expect(data.secrets.map((one: { useCount: number }) => one.useCount)).toEqual([3, 1])
    expect(Date.now() - Date.parse(data.lastUsedAt)).toBeLessThan(30_000)
    expect(Date.now() - Date.parse(data.secrets[0].lastUsedAt)).toBeLessThan(30_000)
  })

  test('survives a new pepper, and moves to it when it is used', async () => {
    const client = await create()
    const rotated = await world.startServer({
      PUBLIC_URL: world.url,
      KEY_PEPPER: randomBytes(32).toString('base64url'),
      KEY_PEPPER_PREVIOUS: world.app.config.KEY_PEPPER,
    })
    const version = async () =>
      (
        await world.query<{ pepper_version: string }>(
          'select pepper_version from service_client_secrets where service_client_id = $1',
          [client.id],
        )
      )[0]?.pepper_version
    const before = await version()
    const there = () =>
      new Client(rotated.url, { ...FORM, ...basic(client.clientId, client.secret) }).post(
        TOKEN,
        form({ grant_type: 'client_credentials' }),
      )
    expect((await there()).status).toBe(200)
    await eventually(async () => expect(await version()).not.toBe(before))
    expect((await there()).status).toBe(200)
  })
})

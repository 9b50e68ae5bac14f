import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '@litemaas/scripts/identity-provider'
import { eventually, startWorld, type Answer, type World } from '#test'
import { Browser } from '../../../test/support/browser.ts'
import { CHAT } from '../../../test/support/requests.ts'

const REFRESH_SECONDS = 1
/** Time for the exchange itself, on a machine with other things to do. */
const SLACK_MS = 6000
const LOGOUT = '/api/auth/backchannel-logout'

const names = ['remy', 'gina', 'lars', 'mona', 'dora', 'away']
let world: World
beforeAll(async () => {
  world = await startWorld({
    config: {
      OAUTH_SCOPES: 'openid profile email groups offline_access',
      ROLE_REFRESH_SECONDS: String(REFRESH_SECONDS),
    },
    people: names.map((username) => ({
      username,
      name: username,
      email: `${username}@example.com`,
      groups: ['litemaas-users'],
      role: 'Tests',
    })),
  })
})
afterAll(() => world.close())

const personOf = (username: string): Person => {
  const person = world.people.find((one) => one.username === username)
  if (!person) throw new Error(`${username} is not there`)
  return person
}
const signedIn = async (username: string) => {
  const browser = new Browser(world.url)
  expect((await browser.signIn(username)).status).toBe(302)
  return browser
}
const tokenOf = async (browser: Browser) => {
  const { body } = await browser.request('POST', '/api/auth/token')
  return world.anonymous.with({ authorization: `Bearer ${body.data.accessToken}` })
}
const keyOf = async (browser: Browser): Promise<{ id: string; key: string }> => {
  const [model] = await world.query<{ id: string }>('select id from models where name = $1', [CHAT])
  await browser.request('POST', '/api/v1/subscriptions', { modelId: model?.id })
  const { body } = await browser.request('POST', '/api/v1/api-keys', { name: 'k', modelIds: [model?.id] })
  return body.data as { id: string; key: string }
}
const call = (key: string) =>
  world
    .withKey(key)
    .post('/v1/chat/completions', { model: CHAT, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 })
const msUntil = async (status: number, ask: () => Promise<Answer>) => {
  const start = performance.now()
  await eventually(async () => expect((await ask()).status).toBe(status), 15_000)
  return performance.now() - start
}
const trailOf = (action: string, username: string) =>
  world.query(
    `select actor_kind, before, after, reason from audit_logs where action = $1
     and resource_id = (select id::text from users where username = $2) order by sequence`,
    [action, username],
  )

describe('groups between sign-ins', () => {
  it('give and take the role within the configured time, on session, token and key', async () => {
    const person = personOf('remy')
    person.groups = ['litemaas-admins']
    const browser = await signedIn('remy')
    const token = await tokenOf(browser)
    const { key } = await keyOf(browser)
    const asks = [() => browser.get('/api/v1/admin/settings'), () => token.get('/api/v1/admin/settings')]
    for (const ask of asks) expect((await ask()).status).toBe(200)
    person.groups = ['litemaas-users']
    for (const ask of asks) expect(await msUntil(403, ask)).toBeLessThan(REFRESH_SECONDS * 1000 + SLACK_MS)
    expect((await call(key)).status).toBe(200)
    expect((await browser.get('/api/auth/me')).body.data.platformRole).toBe('user')
    expect(await trailOf('user.role_changed', 'remy')).toEqual([
      {
        actor_kind: 'system',
        before: { platformRole: 'admin' },
        after: { platformRole: 'user' },
        reason: null,
      },
    ])
    person.groups = ['litemaas-admins']
    for (const ask of asks) await msUntil(200, ask)
  })

  it('are kept sealed, and read with a token that is used once', async () => {
    await signedIn('mona')
    const grantOf = async () => {
      const [row] = await world.query<{ version: number; sealed: Buffer }>(
        `select g.version, g.sealed from provider_grants g join identities i on i.id = g.identity_id
         join users u on u.id = i.user_id where u.username = 'mona'`,
      )
      return row
    }
    const first = await grantOf()
    expect(first?.sealed[0]).toBe(1)
    await eventually(async () => {
      const next = await grantOf()
      expect(next?.version).toBeGreaterThan((first?.version ?? 0) + 1)
      expect(next?.sealed.equals(first?.sealed ?? Buffer.alloc(0))).toBe(false)
    })
  })

  it('end sessions and keys of somebody whom the provider has removed, until they are back', async () => {
    const person = personOf('gina')
    const browser = await signedIn('gina')
    const token = await tokenOf(browser)
    const { id, key } = await keyOf(browser)
    expect((await call(key)).status).toBe(200)
    person.isRemoved = true
    expect(await msUntil(401, () => call(key))).toBeLessThan(REFRESH_SECONDS * 1000 + SLACK_MS)
    expect(await msUntil(401, () => browser.get('/api/auth/me'))).toBeLessThan(1000)
    expect(await msUntil(401, () => token.get('/api/auth/me'))).toBeLessThan(1000)
    expect(await trailOf('user.departed', 'gina')).toMatchObject([
      { actor_kind: 'system', before: { status: 'active' }, after: { status: 'departed' } },
    ])
    const isBlocked = async () => {
      const [secret] = await world.query<{ hash: string }>(
        'select litellm_token_hash as hash from api_key_secrets where api_key_id = $1',
        [id],
      )
      const found = (await world.simulator('GET', `/key/info?key=${secret?.hash}`)) as {
        info: { blocked?: boolean | null }
      }
      return found.info.blocked ?? false
    }
    const [told] = await world.query('select desired_version from api_keys where id = $1', [id])
    expect(told).toEqual({ desired_version: 2 })
    await eventually(async () => expect(await isBlocked()).toBe(true))
    const admin = await world.as('admin')
    const [row] = await world.query<{ id: string }>(`select id from users where username = 'gina'`)
    const enabled = await admin.patch(`/api/v1/admin/users/${row?.id}`, { status: 'active' })
    expect([enabled.status, enabled.body.code]).toEqual([409, 'USER_DEPARTED'])
    person.isRemoved = false
    const again = await signedIn('gina')
    expect((await again.get('/api/auth/me')).status).toBe(200)
    await msUntil(200, () => call(key))
    await eventually(async () => expect(await isBlocked()).toBe(false))
    expect(await trailOf('user.returned', 'gina')).toHaveLength(1)
  })

  it('stay as they were when nobody can be asked, and signing in anew outweighs an older answer', async () => {
    const browser = await signedIn('away')
    const grantOf = async () => {
      const [row] = await world.query<{ version: number; isDue: boolean }>(
        `select g.version, g.due_at <= now() as "isDue" from provider_grants g join identities i on i.id = g.identity_id
         join users u on u.id = i.user_id where u.username = 'away'`,
      )
      return row
    }
    await world.query(
      `update provider_grants g set sealed = '\\x01'::bytea, due_at = now(), version = 1000 from identities i
       join users u on u.id = i.user_id where i.id = g.identity_id and u.username = 'away'`,
    )
    await eventually(async () => expect(await grantOf()).toEqual({ version: 1000, isDue: false }))
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    const other = await signedIn('away')
    await eventually(async () => expect((await grantOf())?.version).toBeGreaterThan(1001))
    expect([(await other.get('/api/auth/me')).status, (await browser.get('/api/auth/me')).status]).toEqual([
      200, 200,
    ])
  })

  it('do not bring a disabled person back', async () => {
    const browser = await signedIn('dora')
    const [row] = await world.query<{ id: string }>(`select id from users where username = 'dora'`)
    const admin = await world.as('admin')
    expect((await admin.patch(`/api/v1/admin/users/${row?.id}`, { status: 'disabled' })).status).toBe(200)
    expect(await msUntil(401, () => browser.get('/api/auth/me'))).toBeLessThan(1000)
    const refused = await new Browser(world.url).signIn('dora')
    expect([refused.status, refused.body.code]).toEqual([403, 'SIGN_IN_DENIED'])
  })
})

describe('back-channel logout', () => {
  const send = (token: string) =>
    world.anonymous.post(LOGOUT, new URLSearchParams({ logout_token: token }).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    })
  const sidOf = async (browser: Browser): Promise<string> => {
    const { body } = await browser.get('/api/auth/sessions')
    const id = body.data.find((one: { isCurrent: boolean }) => one.isCurrent).id as string
    const [row] = await world.query<{ sid: string }>(
      'select provider_sid as sid from sessions where id = $1',
      [id],
    )
    return row?.sid ?? ''
  }

  it('ends one session by its name, or all of a person, within a second', async () => {
    const [one, two, three, other] = [
      await signedIn('lars'),
      await signedIn('lars'),
      await signedIn('lars'),
      await signedIn('mona'),
    ]
    const token = await tokenOf(one)
    const sid = await sidOf(one)
    expect(sid).not.toBe('')
    const answer = await send(await world.identityProvider.logoutToken('lars', { sid }))
    expect([answer.status, answer.body, answer.headers.get('cache-control')]).toEqual([200, {}, 'no-store'])
    expect(await msUntil(401, () => one.get('/api/auth/me'))).toBeLessThan(1000)
    expect((await token.get('/api/auth/me')).status).toBe(401)
    expect((await two.get('/api/auth/me')).status).toBe(200)
    expect(
      (await send(await world.identityProvider.logoutToken(undefined, { sid: await sidOf(two) }))).status,
    ).toBe(200)
    expect([(await two.get('/api/auth/me')).status, (await three.get('/api/auth/me')).status]).toEqual([
      401, 200,
    ])
    expect((await send(await world.identityProvider.logoutToken('lars'))).status).toBe(200)
    expect([(await three.get('/api/auth/me')).status, (await other.get('/api/auth/me')).status]).toEqual([
      401, 200,
    ])
    const rows = await world.query(
      `select from audit_logs where action = 'session.ended' and actor_kind = 'system' and before ->> 'userId' =
         (select id::text from users where username = 'lars')`,
    )
    expect(rows.length).toBe(3)
  })

  it('counts once', async () => {
    const token = await world.identityProvider.logoutToken('lars')
    expect((await send(token)).status).toBe(200)
    const browser = await signedIn('lars')
    const again = await send(token)
    expect([again.status, again.body]).toMatchObject([400, { error: 'invalid_request' }])
    expect((await browser.get('/api/auth/me')).status).toBe(200)
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'somebody-else' }],
    ['no event', { events: {} }],
    [
      'an event that is no object',
      { events: { 'http://schemas.openid.net/event/backchannel-logout': true } },
    ],
    ['a nonce', { nonce: 'n' }],
    ['no token id', { jti: undefined }],
    ['nobody', { sub: undefined }],
    ['a time long ago', { iat: 1_700_000_000, exp: undefined }],
    ['an end that is over', { exp: 1_700_000_000 }],
    ['no time', { iat: undefined }],
  ])('refuses a token with %s', async (_name, claims) => {
    const browser = await signedIn('lars')
    const answer = await send(await world.identityProvider.logoutToken('lars', claims))
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
    expect((await browser.get('/api/auth/me')).status).toBe(200)
  })

  it('refuses what the provider has not signed, and what is no form', async () => {
    const browser = await signedIn('lars')
    const token = await world.identityProvider.logoutToken('lars')
    const [header = '', payload = '', signature = ''] = token.split('.')
    const forged = createHash('sha256').update(signature).digest('base64url')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    for (const wrong of [
      `${header}.${payload}.${forged}`,
      `${none}.${payload}.`,
      'x',
      'a.b.c',
      'x'.repeat(20_000),
    ])
      expect((await send(wrong)).status).toBe(400)
    expect((await world.anonymous.post(LOGOUT, { logout_token: token })).status).toBe(415)
    expect((await world.anonymous.post(LOGOUT)).status).toBe(400)
    const twice = await world.anonymous.post(LOGOUT, `logout_token=${token}&logout_token=${token}`, {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(twice.status).toBe(400)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    expect((await send(token)).status).toBe(200)
  })
})

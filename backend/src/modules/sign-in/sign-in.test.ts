import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../../../test/support/index.ts'
import { Browser } from '../../../test/support/browser.ts'

const DEFAULT_ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const DEFAULT_TEAM = 'a0000000-0000-4000-8000-000000000001'

let world: World
beforeAll(async () => {
  world = await startWorld({
    people: [
      {
        username: 'mara',
        name: 'Mara Many',
        email: 'mara@example.com',
        groups: ['litemaas-users'],
        role: 'Works in two organizations',
      },
      { username: 'gone', name: 'Gil Gone', email: 'gone@example.com', groups: [], role: 'Leaves' },
    ],
  })
})
afterAll(() => world.close())

const signedIn = async (username: string) => {
  const browser = new Browser(world.url)
  const answer = await browser.signIn(username)
  expect(answer.status).toBe(302)
  return browser
}
const userIdOf = async (username: string) => {
  const [row] = await world.query<{ id: string }>('select id from users where username = $1', [username])
  return row?.id ?? ''
}

describe('signing in', () => {
  it('brings a new person into the default organization and team, and back to the page', async () => {
    const browser = new Browser(world.url)
    const answer = await browser.signIn('alice', '&returnTo=/api-keys')
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/api-keys'])
    const me = await browser.get('/api/auth/me')
    expect(me.body.data).toMatchObject({
      user: { username: 'alice', email: 'alice@example.com', displayName: 'Alice Archer' },
      platformRole: 'user',
      organizationRole: 'member',
      organization: { id: DEFAULT_ORGANIZATION, role: 'member' },
      memberships: [{ organizationId: DEFAULT_ORGANIZATION, isDefault: true }],
    })
    expect(me.body.data.permissions).toContain('keys:create')
    const teams = await world.query('select team_id from team_members where user_id = $1', [
      me.body.data.user.id,
    ])
    expect(teams).toEqual([{ team_id: DEFAULT_TEAM }])
  })

  it.each([
    ['admin', 'admin'],
    ['auditor', 'adminReadonly'],
    ['bob', 'user'],
  ])('gives %s the role of the provider’s groups: %s', async (username, role) => {
    const me = await (await signedIn(username)).get('/api/auth/me')
    expect(me.body.data.platformRole).toBe(role)
  })

  it('computes the role anew each time', async () => {
    const person = world.people.find(({ username }) => username === 'gone')
    if (!person) throw new Error('gone is not there')
    person.groups = ['litemaas-admins']
    expect((await (await signedIn('gone')).get('/api/auth/me')).body.data.platformRole).toBe('admin')
    person.groups = []
    expect((await (await signedIn('gone')).get('/api/auth/me')).body.data.platformRole).toBe('user')
  })

  it('leaves a person the name that they have chosen', async () => {
    const browser = await signedIn('mara')
    expect((await browser.request('PATCH', '/api/v1/me', { displayName: 'Mara M.' })).status).toBe(200)
    const me = await (await signedIn('mara')).get('/api/auth/me')
    expect(me.body.data.user).toMatchObject({ username: 'mara', displayName: 'Mara M.' })
  })

  it('records that it happened, and stores only digests', async () => {
    const browser = await signedIn('alice')
    const id = browser.cookies.get('litemaas')?.split('.')[0] ?? ''
    expect(id.length).toBeGreaterThan(20)
    const rows = await world.query<{ text: string }>(`select sessions::text as text from sessions`)
    expect(rows.some(({ text }) => text.includes(id) || text.includes(Buffer.from(id).toString('hex')))).toBe(
      false,
    )
    const audit = await world.query(
      `select 1 from audit_logs where action = 'session.opened' and actor_id = $1`,
      [await userIdOf('alice')],
    )
    expect(audit.length).toBeGreaterThan(0)
  })

  it('does not let a disabled person in', async () => {
    await signedIn('gone')
    await world.query(`update users set status = 'disabled' where username = 'gone'`)
    const browser = new Browser(world.url)
    const answer = await browser.signIn('gone')
    expect([answer.status, answer.body.code]).toEqual([403, 'SIGN_IN_DENIED'])
    const page = await browser.get(await browser.comeBack('gone'), { accept: 'text/html' })
    expect([page.status, page.headers.get('location')]).toEqual([302, '/sign-in?error=SIGN_IN_DENIED'])
  })

  it.each(['/api/auth/login', '/api/auth/callback'])(
    'tells a browser on the sign-in page that it asked too often, and a script by itself: %s',
    async (path) => {
      const { url } = await world.startServer({ SIGN_IN_RATE_LIMIT: '1' })
      const ask = (accept: string) => new Browser(url).get(path, { accept })
      await ask('application/json')
      const page = await ask('text/html,application/xhtml+xml')
      expect([page.status, page.headers.get('location')]).toEqual([302, '/sign-in?error=RATE_LIMITED'])
      const script = await ask('application/json')
      expect([script.status, script.body.code]).toEqual([429, 'RATE_LIMITED'])
      expect(Number(script.headers.get('retry-after'))).toBeGreaterThan(0)
    },
  )
})

describe('a session', () => {
  it('mints tokens that live as long as it does', async () => {
    const browser = await signedIn('alice')
    const minted = await browser.request('POST', '/api/auth/token')
    expect(minted.body.data).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 })
    const script = world.anonymous.with({ authorization: `Bearer ${minted.body.data.accessToken}` })
    expect((await script.get('/api/auth/me')).status).toBe(200)
    expect((await script.post('/api/auth/token')).status).toBe(200)
    expect((await browser.request('POST', '/api/auth/logout')).status).toBe(204)
    expect((await script.get('/api/auth/me')).status).toBe(401)
    expect((await browser.get('/api/auth/me')).status).toBe(401)
  })

  it('lists, ends one, ends the others', async () => {
    const [first, second, third] = [await signedIn('bob'), await signedIn('bob'), await signedIn('bob')]
    const list = await first.get('/api/auth/sessions')
    expect(list.body.pagination.total).toBeGreaterThanOrEqual(3)
    expect(list.body.data.filter((one: { isCurrent: boolean }) => one.isCurrent)).toHaveLength(1)
    const idOf = async (browser: Browser) =>
      (await browser.get('/api/auth/sessions')).body.data.find((one: { isCurrent: boolean }) => one.isCurrent)
        .id as string
    expect((await first.request('DELETE', `/api/auth/sessions/${await idOf(second)}`)).status).toBe(204)
    expect((await second.get('/api/auth/me')).status).toBe(401)
    expect((await first.request('DELETE', '/api/auth/sessions')).status).toBe(204)
    expect([(await third.get('/api/auth/me')).status, (await first.get('/api/auth/me')).status]).toEqual([
      401, 200,
    ])
  })

  it('ends all of them, this one too, where that is asked for', async () => {
    const [first, second] = [await signedIn('bob'), await signedIn('bob')]
    expect((await first.request('DELETE', '/api/auth/sessions?includeCurrent=perhaps')).status).toBe(400)
    const answer = await first.request('DELETE', '/api/auth/sessions?includeCurrent=true')
    expect([answer.status, first.cookies.has('litemaas')]).toEqual([204, false])
    expect([(await first.get('/api/auth/me')).status, (await second.get('/api/auth/me')).status]).toEqual([
      401, 401,
    ])
    const [left] = await world.query<{ count: string }>('select count(*) from sessions where user_id = $1', [
      await userIdOf('bob'),
    ])
    expect(left?.count).toBe('0')
  })

  it('cannot end somebody else’s', async () => {
    const [alice, bob] = [await signedIn('alice'), await signedIn('bob')]
    const theirs = (await bob.get('/api/auth/sessions')).body.data[0].id as string
    const answer = await alice.request('DELETE', `/api/auth/sessions/${theirs}`)
    expect([answer.status, answer.body.code]).toEqual([404, 'SESSION_NOT_FOUND'])
    expect((await bob.get('/api/auth/me')).status).toBe(200)
  })

  it('switches between the person’s own organizations only, and comes back to the last one', async () => {
    const mara = await signedIn('mara')
    const [other] = await world.query<{ id: string }>(
      `insert into organizations (name) values ('Second') returning id`,
    )
    const [foreign] = await world.query<{ id: string }>(
      `insert into organizations (name) values ('Foreign') returning id`,
    )
    await world.query(`insert into memberships (organization_id, user_id, role) values ($1, $2, 'viewer')`, [
      other?.id,
      await userIdOf('mara'),
    ])
    const refused = await mara.request('PUT', '/api/auth/organization', { organizationId: foreign?.id })
    expect([refused.status, refused.body.code, refused.body.details]).toEqual([
      404,
      'ORGANIZATION_NOT_FOUND',
      { field: 'organizationId' },
    ])
    const switched = await mara.request('PUT', '/api/auth/organization', { organizationId: other?.id })
    expect(switched.body.data).toMatchObject({
      organization: { id: other?.id, role: 'viewer' },
      organizationRole: 'viewer',
    })
    expect((await mara.get('/api/auth/me')).body.data).toEqual(switched.body.data)
    expect((await (await signedIn('mara')).get('/api/auth/me')).body.data.organization.id).toBe(other?.id)
  })

  it('gets a new id each day, and requests under way with the old one still work', async () => {
    const browser = await signedIn('alice')
    const sessionId = (await browser.get('/api/auth/sessions')).body.data.find(
      (one: { isCurrent: boolean }) => one.isCurrent,
    ).id as string
    await world.query(`update sessions set rotated_at = now() - interval '25 hours' where id = $1`, [
      sessionId,
    ])
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const old = browser.copy()
    const parallel = [browser.copy(), browser.copy(), browser.copy()]
    const answers = await Promise.all(parallel.map((one) => one.get('/api/auth/me')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const renewed = parallel.filter((one) => one.cookies.get('litemaas') !== old.cookies.get('litemaas'))
    expect(renewed).toHaveLength(1)
    expect((await renewed[0]?.get('/api/auth/me'))?.status).toBe(200)
    await world.query(`update sessions set rotated_at = now() - interval '2 minutes' where id = $1`, [
      sessionId,
    ])
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect([(await old.get('/api/auth/me')).status, (await renewed[0]?.get('/api/auth/me'))?.status]).toEqual(
      [401, 200],
    )
  })

  it.each(['expires_at', 'idle_expires_at'])('ends at its %s', async (column) => {
    const browser = await signedIn('alice')
    await world.query(`update sessions set ${column} = now() - interval '1 second' where user_id = $1`, [
      await userIdOf('alice'),
    ])
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await browser.get('/api/auth/me')).status).toBe(401)
  })
})

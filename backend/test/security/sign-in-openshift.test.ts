import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually, startWorld, type World } from '../support/index.ts'
import { Browser } from '../support/browser.ts'

interface Cluster {
  readonly url: string
  user: unknown
  userStatus: number
  tokenStatus: number
  /** The last request of each kind. */
  asked: URLSearchParams
  redeemed: { form: URLSearchParams; authorization: string | undefined }
  close(): Promise<void>
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** The two servers of an OpenShift cluster that signing in needs, in one: OAuth with PKCE, and users/~. */
async function startCluster(): Promise<Cluster> {
  const cluster = {
    url: '',
    user: {} as unknown,
    userStatus: 200,
    tokenStatus: 200,
    asked: new URLSearchParams(),
    redeemed: { form: new URLSearchParams(), authorization: undefined as string | undefined },
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', cluster.url)
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.pathname === '/oauth/authorize') {
      cluster.asked = url.searchParams
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', 'sha256~code')
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return void response.writeHead(302, { location: back.href }).end()
    }
    if (url.pathname === '/apis/user.openshift.io/v1/users/~')
      return void json(
        request.headers.authorization === 'Bearer sha256~token' ? cluster.userStatus : 401,
        cluster.user,
      )
    textOf(request).then(
      (text) => {
        const form = new URLSearchParams(text)
        cluster.redeemed = { form, authorization: request.headers.authorization }
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url')
        const isGood = challenge === cluster.asked.get('code_challenge') && form.get('code') === 'sha256~code'
        if (cluster.tokenStatus !== 200) json(cluster.tokenStatus, {})
        else
          json(
            isGood ? 200 : 400,
            isGood
              ? { access_token: 'sha256~token', token_type: 'Bearer', expires_in: 86_400 }
              : { error: 'invalid_grant' },
          )
      },
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  cluster.url = `http://127.0.0.1:${address.port}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return Object.assign(cluster, { close })
}

const user = (groups: string[], name = 'jane@example.com') => ({
  kind: 'User',
  metadata: { name, uid: `uid-of-${name}` },
  fullName: 'Jane Doe',
  groups,
})

let cluster: Cluster
let world: World
beforeAll(async () => {
  cluster = await startCluster()
  world = await startWorld({
    config: {
      OAUTH_PROVIDER: 'openshift',
      OAUTH_ISSUER: cluster.url,
      OAUTH_API_URL: cluster.url,
      OAUTH_DEFAULT_ROLE: 'none',
      INITIAL_ADMIN_USERS: 'kube:admin',
    },
  })
})
afterAll(async () => {
  await world.close()
  await cluster.close()
})
beforeEach(() => Object.assign(cluster, { userStatus: 200, tokenStatus: 200 }))

describe('OpenShift', () => {
  it('signs in by users/~, with PKCE, state and the client’s secret', async () => {
    cluster.user = user(['litemaas-users', 'litemaas-readonly'])
    const browser = new Browser(world.url)
    expect((await browser.signIn('x')).headers.get('location')).toBe('/')
    expect(cluster.asked.get('code_challenge_method')).toBe('S256')
    expect(cluster.asked.get('scope')).toBe('user:info user:check-access')
    expect(cluster.redeemed.form.get('redirect_uri')).toBe(`${world.url}/api/auth/callback`)
    expect(cluster.redeemed.authorization).toMatch(/^Basic /)
    const { data } = (await browser.get('/api/auth/me')).body
    expect(data).toMatchObject({
      platformRole: 'adminReadonly',
      user: { username: 'jane@example.com', displayName: 'Jane Doe', email: null },
    })
    expect(
      await world.query('select issuer, subject from identities where user_id = $1', [data.user.id]),
    ).toEqual([{ issuer: cluster.url, subject: 'uid-of-jane@example.com' }])
    expect(browser.cookies.size).toBe(1)
  })

  it('is asked again for the groups, with the access token, until it refuses that', async () => {
    const server = await world.startServer({ ROLE_REFRESH_SECONDS: '1' })
    cluster.user = user(['litemaas-admins'], 'rosa')
    const browser = new Browser(server.url)
    await browser.signIn('x')
    const me = async () => {
      const { status, body } = await browser.get('/api/auth/me')
      return [status, body.data?.platformRole]
    }
    expect(await me()).toEqual([200, 'admin'])
    cluster.user = user(['litemaas-users'], 'rosa')
    await eventually(async () => expect(await me()).toEqual([200, 'user']))
    cluster.userStatus = 503
    await eventually(async () => {
      const [grant] = await world.query<{ seconds: number }>(
        `select extract(epoch from due_at - now())::float as seconds from provider_grants g
         join identities i on i.id = g.identity_id where i.subject = 'uid-of-rosa'`,
      )
      expect(grant?.seconds).toBeGreaterThan(0)
    })
    expect(await me()).toEqual([200, 'user'])
    cluster.userStatus = 401
    await eventually(async () => expect(await me()).toEqual([401, undefined]))
    expect(await world.query(`select status from users where username = 'rosa'`)).toEqual([
      { status: 'departed' },
    ])
    await server.close()
  })

  it('knows initial administrators by their unique name', async () => {
    cluster.user = user([], 'kube:admin')
    const browser = new Browser(world.url)
    await browser.signIn('x')
    expect((await browser.get('/api/auth/me')).body.data.platformRole).toBe('admin')
  })

  it('refuses who is in none of the groups, where the default role is none', async () => {
    cluster.user = user(['others'], 'stranger')
    const answer = await new Browser(world.url).signIn('x')
    expect([answer.status, answer.body.code]).toEqual([403, 'SIGN_IN_DENIED'])
    expect(await world.query(`select 1 from users where username = 'stranger'`)).toEqual([])
  })

  it.each([
    [
      'no user id',
      () => Object.assign(cluster, { user: { metadata: { name: 'x' } } }),
      [401, 'SIGN_IN_FAILED'],
    ],
    ['nothing', () => Object.assign(cluster, { user: null }), [401, 'SIGN_IN_FAILED']],
    ['a refusal of users/~', () => Object.assign(cluster, { userStatus: 403 }), [401, 'SIGN_IN_FAILED']],
    ['a broken API server', () => Object.assign(cluster, { userStatus: 500 }), [503, 'SIGN_IN_UNAVAILABLE']],
    ['a refusal of the code', () => Object.assign(cluster, { tokenStatus: 400 }), [401, 'SIGN_IN_FAILED']],
    [
      'a broken OAuth server',
      () => Object.assign(cluster, { tokenStatus: 502 }),
      [503, 'SIGN_IN_UNAVAILABLE'],
    ],
  ])('is refused with %s', async (_what, arrange, expected) => {
    cluster.user = user(['litemaas-users'])
    arrange()
    const answer = await new Browser(world.url).signIn('x')
    expect([answer.status, answer.body.code]).toEqual(expected)
  })

  it('takes a code only with its own state', async () => {
    cluster.user = user(['litemaas-users'])
    const browser = new Browser(world.url)
    const back = await browser.comeBack('x')
    const answer = await browser.get(back.replace(/state=[^&]+/, 'state=another'))
    expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_IN_EXPIRED'])
  })

  it('does not boot without the API server’s address', async () => {
    await expect(world.startServer({ OAUTH_API_URL: '' })).rejects.toThrow(/OAUTH_API_URL/)
  })
})

import { request as rawRequest } from 'node:http'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client, eventually, startWorld, type World } from '#test'
import { openSession } from '../support/people.ts'
import { Belongings, catalogueOf, CHAT, newMember } from '../support/requests.ts'
import { dumpAsText, foundIn } from '../support/secret-traces.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

let world: World
let server: ServerProcess
let environment: Record<string, string>
let key: string
let keyClient: Client
let token: string
let owner: Client

beforeAll(async () => {
  world = await startWorld()
  server = await startServerProcess(world, { LOG_LEVEL: 'trace', PUBLIC_URL: world.url })
  environment = world.environment(server.url, 0)
  const belongings = new Belongings(world, await catalogueOf(world))
  const member = await newMember(world)
  key = (await belongings.apiKey(member))['key'] ?? ''
  token = (await openSession(world, member)).token
  keyClient = new Client(server.url, { authorization: `Bearer ${key}` })
  owner = new Client(server.url, { authorization: `Bearer ${token}` })
  await eventually(async () => expect((await keyClient.get('/v1/models')).status).toBe(200))
}, 60_000)
afterAll(async () => {
  await server.stop()
  await world.close()
})

const canary = (name: string) => `${name}-${randomBytes(9).toString('base64url')}`

describe('the log', () => {
  it('holds none of twelve secrets, wherever they were put', { timeout: 60_000 }, async () => {
    const prompt = canary('PromptCanary')
    const email = `${canary('mail')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')}@canary-domain.example`
    const password = canary('PasswordCanary')
    const secrets: Record<string, string> = {
      key,
      token,
      prompt,
      email,
      password,
      cookie: canary('CookieCanary'),
      databasePassword: new URL(environment['DATABASE_URL'] ?? '').password,
      clientSecret: environment['OAUTH_CLIENT_SECRET'] ?? '',
      neighbourKey: environment['LITELLM_API_KEY'] ?? '',
      signingSecret: environment['JWT_SECRET'] ?? '',
      sessionSecret: environment['SESSION_SECRET'] ?? '',
      pepper: environment['KEY_PEPPER'] ?? '',
      encryptionKey: environment['ENCRYPTION_KEY'] ?? '',
      authorizationCode: canary('CodeCanary'),
    }
    const call = (content: string) => ({ model: CHAT, messages: [{ role: 'user', content }], max_tokens: 5 })
    for (const value of [
      prompt,
      email,
      password,
      secrets['cookie'] ?? '',
      secrets['authorizationCode'] ?? '',
      key,
      token,
    ]) {
      const headers = {
        cookie: `litemaas=${value}`,
        'x-api-key': value,
        'proxy-authorization': `Basic ${value}`,
        referer: `https://a.example/?q=${value}`,
        'user-agent': value,
        'idempotency-key': value.slice(0, 200),
      }
      await owner.get(`/api/v1/models?search=${encodeURIComponent(value.slice(0, 190))}`, headers)
      await owner.post('/api/v1/subscriptions', { modelId: value, reason: value }, headers)
      await owner.post('/api/v1/subscriptions', `{"reason": "${value}`, headers)
      await owner.patch('/api/v1/api-keys/none', { name: value, password: value }, headers)
      await new Client(server.url).get(
        `/api/auth/callback?code=${value}&state=${value.slice(0, 500)}`,
        headers,
      )
      await new Client(server.url).get(`/api/auth/login?login_hint=${value.slice(0, 190)}`, headers)
      await new Client(server.url).get('/api/auth/me', { authorization: `Bearer ${value}` })
      await new Client(server.url).get('/api/auth/me', {
        authorization: `Basic ${Buffer.from(`admin:${value}`).toString('base64')}`,
      })
      await keyClient.post('/v1/chat/completions', call(value), headers)
      await keyClient.post(
        '/v1/chat/completions',
        { ...call(value), user: value.slice(0, 100), metadata: { value } },
        headers,
      )
      await keyClient.post('/v1/chat/completions', { ...call(value), stream: true }, headers)
      await keyClient.post('/v1/chat/completions', `{"model": "${CHAT}", "messages": "${value}`, headers)
      // Paths and names that do not exist are told in the log; credentials in that place are masked all the same.
      if (value !== key && value !== token) continue
      await owner.patch(`/api/v1/api-keys/${value}`, { name: 'x' }, headers)
      await owner.get(`/nowhere/${value}`, headers)
      await keyClient.post('/v1/chat/completions', { ...call(value), model: value.slice(0, 100) }, headers)
    }
    for (const fault of [
      { failBefore: 500 },
      { failBefore: 400 },
      { failBefore: 401 },
      { garbage: true },
      { html: true },
      { truncatedJson: true },
      { resetBeforeHeaders: true },
      { usageMissing: true },
    ]) {
      await world.simulator('POST', '/simulator/faults', {
        ...fault,
        times: 1,
        match: { path: '/v1/chat/completions' },
      })
      await keyClient.post('/v1/chat/completions', call(prompt))
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    const log = server.output()
    expect(log.split('\n').length).toBeGreaterThan(50)
    for (const [name, secret] of Object.entries(secrets)) {
      const whole = ['key', 'token'].includes(name)
        ? foundIn(log, secret)
        : [secret, Buffer.from(secret).toString('base64')].filter((one) => log.includes(one))
      const lines = log.split('\n').filter((line) => whole.some((one) => line.includes(one)))
      expect(lines, name).toEqual([])
    }
    // Reasons and tags are what people wrote for others to read; credentials and prompts are nobody's to keep.
    const dump = await dumpAsText(world)
    for (const name of [
      'key',
      'databasePassword',
      'clientSecret',
      'neighbourKey',
      'signingSecret',
      'sessionSecret',
      'pepper',
      'encryptionKey',
    ])
      expect(
        dump.split('\n').filter((line) => line.includes(secrets[name] ?? '')),
        name,
      ).toEqual([])
    expect(dump.includes(`"content": "${prompt}`)).toBe(false)
  })

  it('is one JSON object per line, whatever people write', async () => {
    const evil = [
      'line\r\nbreak',
      '\u001b[31mred\u001b[0m',
      '{"level":60,"msg":"forged"}',
      '"},{"a":"',
      '\u2028\u2029',
      'a\\nb',
      '%0d%0aforged',
      'x'.repeat(5000),
    ]
    for (const text of evil) {
      await owner.post('/api/v1/subscriptions', { modelId: text, reason: text })
      await owner.post('/api/v1/api-keys', { name: text.slice(0, 90), modelIds: [text] })
      await owner.get(`/api/v1/models?search=${encodeURIComponent(text.slice(0, 190))}`)
      await owner.get(`/nowhere/${encodeURIComponent(text)}`)
      await keyClient.post('/v1/chat/completions', {
        model: text,
        messages: [{ role: 'user', content: text }],
      })
      await new Client(server.url).get('/api/auth/me', {
        'user-agent': text.replaceAll(/[^\x20-\x7e]/g, ' '),
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    const lines = server.output().trim().split('\n')
    expect(lines.length).toBeGreaterThan(evil.length)
    for (const line of lines) {
      const parsed = JSON.parse(line) as Record<string, unknown>
      expect(parsed['level'], line).toBeTypeOf('number')
      expect(parsed['msg'], line).not.toBe('forged')
    }
  })

  it('names each request by an id of our own, never by one that was sent', async () => {
    for (const sent of [
      'mine',
      'x'.repeat(4000),
      '../../etc',
      `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`,
    ]) {
      const answer = await owner.get('/api/v1/subscriptions/none', {
        'x-request-id': sent,
        'x-correlation-id': sent,
      })
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
      expect(answer.headers.get('x-request-id')).not.toBe(sent)
      expect(answer.body.traceId).toBe(answer.headers.get('x-request-id'))
    }
  })

  it('survives headers that no browser would send', async () => {
    const port = Number(new URL(server.url).port)
    const status = await new Promise<number>((resolve, reject) => {
      const request = rawRequest(
        {
          port,
          host: '127.0.0.1',
          path: '/api/auth/me',
          headers: {
            'x-odd': Buffer.from('é\u00ff', 'latin1').toString('latin1'),
            authorization: 'Bearer \u00e9\u00ff',
          },
        },
        (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        },
      )
      request.on('error', reject)
      request.end()
    })
    expect(status).toBe(401)
    for (const line of server.output().trim().split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow()
  })
})

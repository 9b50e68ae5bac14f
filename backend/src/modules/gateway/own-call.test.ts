import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { predictUsage } from '@litemaas/scripts/litellm-simulator'
import { Client, eventually, startWorld, type World } from '#test'
import { Browser } from '../../../test/support/browser.ts'

let world: World
let alice: Browser
let modelId: string

beforeAll(async () => {
  world = await startWorld()
  alice = new Browser(world.url)
  await alice.signIn('alice')
  const { body } = await alice.get('/api/v1/models?search=granite-4-small')
  modelId = body.data.find((one: { name: string }) => one.name === 'granite-4-small').id
  await alice.request('POST', '/api/v1/subscriptions', { modelId })
})
afterAll(() => world.close())

async function newKey(options: Record<string, unknown> = {}): Promise<{ id: string; key: string }> {
  const answer = await alice.request('POST', '/api/v1/api-keys', {
    name: 'playground',
    modelIds: [modelId],
    ...options,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}

const chat = (overrides: Record<string, unknown> = {}) => ({
  model: 'granite-4-small',
  messages: [{ role: 'user' as const, content: 'Say something about rivers.' }],
  max_tokens: 50,
  ...overrides,
})
const pathOf = (id: string, what = 'chat-completions') => `/api/v1/api-keys/${id}/${what}`
const usageOf = (keyId: string) =>
  world.query('select * from usage_logs where api_key_id = $1 order by at', [keyId])

describe('a call by somebody who is signed in', () => {
  it('streams the answer, and stands in the usage and the budget of the key', async () => {
    const { id } = await newKey({ maxBudget: 5 })
    const answer = await alice.request(
      'POST',
      pathOf(id),
      chat({ stream: true, stream_options: { include_usage: true } }),
      { 'x-litemaas-tags': 'playground' },
    )
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(answer.body).toMatch(/data: \[DONE\]\n\n$/)
    const usage = predictUsage(chat())
    await eventually(async () => {
      const rows = await usageOf(id)
      expect(rows).toHaveLength(1)
      expect(rows[0]).toMatchObject({
        request_id: answer.headers.get('x-request-id'),
        outcome: 'success',
        is_stream: true,
        is_estimated: false,
        prompt_tokens: usage.promptTokens,
        completion_tokens: usage.completionTokens,
        tags: ['playground'],
      })
      const { body } = await alice.get(`/api/v1/api-keys/${id}`)
      expect(body.data.spend).toBeGreaterThan(0)
    })
  })

  it('goes to LiteLLM with the service key and the gateway’s mark, because nobody has the secret', async () => {
    const { id } = await newKey()
    await world.simulator('DELETE', '/simulator/calls')
    await alice.request('POST', pathOf(id), chat())
    const calls = JSON.stringify(await world.simulator('GET', '/simulator/calls'))
    expect(calls).toContain(`\\"key\\":\\"${id}\\"`)
  })

  it('is refused with somebody else’s key as with one that does not exist', async () => {
    const { id } = await newKey()
    const bob = new Browser(world.url)
    await bob.signIn('bob')
    const refused = await bob.request('POST', pathOf(id), chat())
    const missing = await bob.request('POST', pathOf('00000000-0000-4000-8000-00000000dead'), chat())
    expect([refused.status, refused.body.code]).toEqual([404, 'API_KEY_NOT_FOUND'])
    expect([missing.status, missing.body.code]).toEqual([404, 'API_KEY_NOT_FOUND'])
    const odd = await alice.request('POST', pathOf('no-id'), chat())
    expect([odd.status, odd.body.code]).toEqual([400, 'VALIDATION_ERROR'])
    expect(await usageOf(id)).toHaveLength(0)
  })

  it('is refused where the key is revoked, has not this model, or may not be used from here', async () => {
    const { id } = await newKey({ allowedIps: ['192.0.2.0/24'] })
    const elsewhere = await alice.request('POST', pathOf(id), chat())
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'ADDRESS_NOT_ALLOWED'])
    await alice.request('PATCH', `/api/v1/api-keys/${id}`, { allowedIps: [] })
    const other = await alice.request('POST', pathOf(id), chat({ model: 'no-such-model' }))
    expect([other.status, other.body.code]).toEqual([404, 'MODEL_NOT_FOUND'])
    const odd = await alice.request('POST', pathOf(id), chat({ max_tokens: 'many' }))
    expect([odd.status, odd.body.details.field]).toEqual([400, 'max_tokens'])
    await alice.request('DELETE', `/api/v1/api-keys/${id}`)
    const revoked = await alice.request('POST', pathOf(id), chat())
    expect([revoked.status, revoked.body.code]).toEqual([409, 'KEY_NOT_ACTIVE'])
    expect(await usageOf(id)).toHaveLength(0)
  })

  it('is refused when the budget is spent, in the person’s language', async () => {
    const { id } = await newKey({ maxBudget: 0 })
    const answer = await alice.request('POST', pathOf(id), chat(), { 'accept-language': 'de' })
    expect([answer.status, answer.body.code, answer.body.details.level]).toEqual([
      429,
      'BUDGET_EXCEEDED',
      'key',
    ])
    expect(answer.body.message).toMatch(/Budget/)
  })

  it('waits for no limit that the key does not have, and says when to come back for one that it has', async () => {
    const { id } = await newKey({ rpmLimit: 1 })
    await alice.request('POST', pathOf(id), chat())
    const answer = await alice.request('POST', pathOf(id), chat())
    expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is no door for other sites, for keys, or for who may only look', async () => {
    const { id, key } = await newKey()
    const elsewhere = await alice.request('POST', pathOf(id), chat(), { 'sec-fetch-site': 'cross-site' })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'CSRF'])
    const byKey = await world.withKey(key).post(pathOf(id), chat())
    expect(byKey.status).toBe(403)
    const anonymous = await new Client(world.url).post(pathOf(id), chat())
    expect(anonymous.status).toBe(401)
    const auditor = await world.as('auditor')
    expect((await auditor.post(pathOf(id), chat())).status).toBe(403)
    expect(await usageOf(id)).toHaveLength(0)
  })

  it('leaves the session id as it is, because the answer could not carry a new one', async () => {
    const { id } = await newKey()
    await world.query("update sessions set rotated_at = now() - interval '2 days'")
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const before = new Map(alice.cookies)
    expect((await alice.request('POST', pathOf(id), chat())).status).toBe(200)
    expect(alice.cookies).toEqual(before)
    expect((await alice.get('/api/v1/api-keys')).status).toBe(200)
    expect(alice.cookies).not.toEqual(before)
  })
})

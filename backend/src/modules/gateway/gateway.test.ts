import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { predictUsage } from '@litemaas/scripts/litellm-simulator'
import { eventually, startWorld, type Answer, type Client, type World } from '#test'

let world: World
let alice: Client
const model = (name: string) => async () => {
  const { body } = await alice.get('/api/v1/models?limit=100')
  return body.data.find((one: { name: string }) => one.name === name)
}

async function keyFor(name: string, options: Record<string, unknown> = {}): Promise<{ id: string; key: string }> {
  const { id: modelId } = await model(name)()
  await alice.post('/api/v1/subscriptions', { modelId })
  const answer = await alice.post('/api/v1/api-keys', { name: 'test', modelIds: [modelId], ...options })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.data
}

const chat = (overrides: Record<string, unknown> = {}) => ({
  model: 'granite-4-small',
  messages: [{ role: 'user', content: 'Say something about rivers.' }],
  max_tokens: 50,
  ...overrides,
})

const errorOf = (answer: Answer) => answer.body.error

beforeAll(async () => {
  world = await startWorld()
  alice = await world.as('alice')
})
afterAll(() => world.close())

describe('a chat completion', () => {
  it('answers, and its cost appears as the price of its tokens', async () => {
    const { id, key } = await keyFor('granite-4-small')
    const answer = await world.withKey(key).post('/v1/chat/completions', chat())
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    const { promptTokens, completionTokens } = predictUsage(chat())
    expect(answer.body.usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: completionTokens })
    const { inputPricePerMillion, outputPricePerMillion } = await model('granite-4-small')()
    const expected = (promptTokens * inputPricePerMillion + completionTokens * outputPricePerMillion) / 1e6
    await eventually(async () => {
      const [row] = await world.query<{ cost: string; n: string }>('select sum(cost_nano) as cost, count(*) as n from usage_logs where api_key_id = $1', [id])
      expect(row?.n).toBe('1')
      expect(Number(row?.cost) / 1e9).toBeCloseTo(expected, 8)
    })
  })
})

describe('refusals', () => {
  it('say the same for unknown and malformed keys, in the shape of OpenAI', async () => {
    for (const key of ['sk-litellm-unknown', 'nonsense']) {
      const answer = await world.withKey(key).post('/v1/chat/completions', chat())
      expect(answer.status).toBe(401)
      expect(errorOf(answer)).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error' })
    }
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { ledgerFaults } from '@litemaas/scripts/ledger'
import { predictUsage } from '@litemaas/scripts/litellm-simulator'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  api,
  eventually,
  framesOf,
  priceOf,
  Product,
  type Answer,
  type Model,
  type Replica,
} from './support.ts'

const CHAT = 'granite-4-small'
const LONG = 'storyteller-long'
const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const TEAM = 'a0000000-0000-4000-8000-000000000001'
/** Grants are cached for at most a second. */
const CACHED_MS = 1200

let product: Product
let replica: Replica
let models: Map<string, Model>

beforeAll(async () => {
  product = await Product.start()
  replica = await product.startReplica()
  models = await product.models()
})
afterAll(async () => product.stop())

const settled = async (): Promise<void> => {
  await eventually(async () => {
    const [row] = await product.query<{ calls: number }>(
      `select count(*)::int as calls from reservations where kind = 'call'`,
    )
    expect(row?.calls).toBe(0)
  })
}

afterEach(async () => {
  await product.clearFaults()
  await settled()
  // Budgets, days and rows are written in one transaction: whenever one looks, they agree.
  expect(await ledgerFaults(async (text) => product.query(text))).toEqual([])
})

const model = (name: string): Model => {
  const found = models.get(name)
  if (!found) throw new Error(`there is no model ${name}`)
  return found
}

/** A call whose worst case is known: bytes of the text and 16 per message in, `max_tokens` out. */
const TEXT = 'x'.repeat(84)
const OUTPUT = 50
const INPUT = TEXT.length + 16
const exactBody = { model: CHAT, messages: [{ role: 'user', content: TEXT }], max_tokens: OUTPUT }
const exactUsage = { prompt_tokens: INPUT, completion_tokens: OUTPUT }
const exactCost = (): number => priceOf(model(CHAT), INPUT, OUTPUT)

const chat = async (key: string, url = product.url, body: object = exactBody): Promise<Answer> =>
  api(url, key)('POST', '/v1/chat/completions', body)

function isAccepted(answer: Answer): boolean {
  if (answer.status === 200) return true
  expect(answer).toMatchObject({ status: 429, body: { error: { code: 'insufficient_quota' } } })
  return false
}

interface Row {
  outcome: string
  prompt: number
  completion: number
  cost: number
  estimated: boolean
  metadata: Record<string, unknown>
}

/** The only row of a key, when it is written. */
async function onlyRow(keyId: string): Promise<Row> {
  return eventually(async () => {
    const rows = await product.query<Row>(
      `select outcome, prompt_tokens as prompt, completion_tokens as completion, cost_nano::int as cost,
         is_estimated as estimated, metadata from usage_logs where api_key_id = $1`,
      [keyId],
    )
    expect(rows).toHaveLength(1)
    return rows[0] as Row
  }, 20_000)
}

const spentOf = async (keyId: string): Promise<number> => {
  const [row] = await product.query<{ spent: number }>(
    `select spent_nano::int as spent from budgets where level = 'key' and subject_id = $1`,
    [keyId],
  )
  return row?.spent ?? -1
}

describe('a budget', () => {
  test('is exactly kept by 200 parallel calls', async () => {
    const cost = exactCost()
    await product.fault({ match: { model: CHAT }, usage: exactUsage })
    const limit = 100 * cost + Math.floor(cost / 2)
    const { id, key } = await product.createKey('alice', [CHAT], { maxBudget: limit / 1e9 })
    const answers = await Promise.all(Array.from({ length: 200 }, async () => chat(key)))
    expect(answers.filter(isAccepted)).toHaveLength(100)
    await settled()
    await eventually(async () => expect(await spentOf(id)).toBe(100 * cost))
    expect(isAccepted(await chat(key))).toBe(false)
  })

  test('is exactly kept by two processes that lease parts of it', async () => {
    const cost = exactCost()
    await product.fault({ match: { model: CHAT }, usage: exactUsage })
    const calls = 700
    const { id, key } = await product.createKey('alice', [CHAT], { maxBudget: (calls * cost) / 1e9 })
    let accepted = 0
    const spender = async (url: string): Promise<void> => {
      while (isAccepted(await chat(key, url))) accepted += 1
    }
    const spenders = [product.url, replica.url].flatMap((url) =>
      Array.from({ length: 12 }, async () => spender(url)),
    )
    await Promise.all(spenders)
    // What one process had leased when the other was refused is free again, at the latest when it lies idle.
    await eventually(async () => {
      await Promise.all([spender(product.url), spender(replica.url)])
      expect(accepted).toBe(calls)
    }, 15_000)
    await eventually(async () => expect(await spentOf(id)).toBe(calls * cost))
  })

  test('leaves room again for what was reserved and not used', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 }
    await product.fault({ match: { model: CHAT }, usage })
    const limit = 10 * exactCost()
    const { id, key } = await product.createKey('alice', [CHAT], { maxBudget: limit / 1e9 })
    const answers = await Promise.all(Array.from({ length: 60 }, async () => chat(key)))
    const used = priceOf(model(CHAT), 10, 5)
    const accepted = answers.filter(isAccepted).length
    expect(accepted).toBeGreaterThanOrEqual(10)
    await eventually(async () => expect(await spentOf(id)).toBe(accepted * used))
    expect(isAccepted(await chat(key))).toBe(true)
  })

  test(
    'binds at every level of the chain, whatever the limits and from two processes',
    { timeout: 90_000 },
    async () => {
      const cost = exactCost()
      await product.fault({ match: { model: CHAT }, usage: exactUsage })
      const random = (low: number, high: number): number => low + Math.floor(Math.random() * (high - low + 1))
      await Promise.all([product.token('alice'), product.token('bob')])
      const people = await product.query<{ id: string; username: string }>(`select id, username from users`)
      const userId = (name: string): string => people.find((one) => one.username === name)?.id ?? ''
      onTestFinished(async () => {
        await product.query(
          `update budgets set limit_nano = null where level in ('user', 'team', 'organization')`,
        )
        await sleep(CACHED_MS)
      })
      for (let round = 0; round < 2; round += 1) {
        const limits = {
          organization: random(60, 140),
          team: random(60, 140),
          alice: random(30, 80),
          bob: random(30, 80),
        }
        const subjects = [
          ['organization', ORGANIZATION, limits.organization],
          ['team', TEAM, limits.team],
          ['user', userId('alice'), limits.alice],
          ['user', userId('bob'), limits.bob],
        ] as const
        for (const [level, subject, calls] of subjects) {
          await product.query(
            `insert into budgets (organization_id, level, subject_id, limit_nano) values ($1, $2, $3, $4)
           on conflict on constraint budgets_subject_key do update set limit_nano = budgets.spent_nano + budgets.reserved_nano + $4`,
            [ORGANIZATION, level, subject, calls * cost],
          )
        }
        const keys: { id: string; key: string }[] = []
        for (const person of ['alice', 'alice', 'bob', 'bob']) {
          keys.push(await product.createKey(person, [CHAT], { maxBudget: (random(10, 60) * cost) / 1e9 }))
        }
        await sleep(CACHED_MS)
        const urls = [product.url, replica.url]
        const burst = keys.flatMap(({ key }) =>
          urls.flatMap((url) => Array.from({ length: 40 }, async () => chat(key, url))),
        )
        for (const answer of await Promise.all(burst)) isAccepted(answer)

        const chain = `
        select k.id, min(b.limit_nano - b.spent_nano)::int as left
        from api_keys k join budgets b on b.organization_id = k.organization_id and b.subject_id in (k.id, k.user_id, k.team_id, k.organization_id)
        where k.id = any($1) group by k.id`
        // Nothing that fits is refused for good: spend what is left, then no key has room for one more call.
        await eventually(async () => {
          for (const { key } of keys) for (const url of urls) while (isAccepted(await chat(key, url)));
          await settled()
          const rows = await product.query<{ left: number }>(chain, [keys.map((key) => key.id)])
          for (const { left } of rows) {
            expect(left).toBeGreaterThanOrEqual(0)
            expect(left).toBeLessThan(cost)
          }
        }, 30_000)
      }
    },
  )
})

describe('what a call costs', () => {
  const long = {
    model: LONG,
    messages: [{ role: 'user', content: 'Tell me about tea' }],
    max_tokens: 300,
    stream: true,
  }
  const longWorst = (): number => priceOf(model(LONG), Buffer.byteLength('Tell me about tea') + 16, 300)

  async function stream(key: string, body: object = long): Promise<string> {
    const response = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    return response.text()
  }

  const newKey = async (): Promise<{ id: string; key: string }> =>
    product.createKey('alice', [CHAT, LONG], { maxBudget: 1 })

  test('a stream: what the model reported', async () => {
    const { id, key } = await newKey()
    const { isDone, frames } = framesOf(await stream(key))
    expect(isDone).toBe(true)
    expect(frames.some((frame) => frame.usage)).toBe(false)
    const { promptTokens, completionTokens } = predictUsage(long)
    expect(await onlyRow(id)).toMatchObject({
      outcome: 'success',
      prompt: promptTokens,
      completion: completionTokens,
      cost: priceOf(model(LONG), promptTokens, completionTokens),
      estimated: false,
    })
  })

  test('the same as a stream and as JSON', async () => {
    const costs: number[] = []
    for (const isStream of [true, false]) {
      const { id, key } = await newKey()
      await stream(key, { ...long, stream: isStream })
      costs.push((await onlyRow(id)).cost)
    }
    expect(costs[0]).toBeGreaterThan(0)
    expect(costs[0]).toBe(costs[1])
  })

  test('a stream that the client left: all that the model wrote', async () => {
    const { id, key } = await newKey()
    await product.fault({ match: { model: LONG }, times: 1, chunkDelayMs: 4 })
    const leave = new AbortController()
    const response = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(long),
      signal: leave.signal,
    })
    let seen = 0
    await expect(async () => {
      for await (const chunk of response.body ?? []) {
        seen += chunk.length
        if (seen > 2000) leave.abort()
      }
    }).rejects.toThrow('aborted')
    const { promptTokens, completionTokens } = predictUsage(long)
    expect(await onlyRow(id)).toMatchObject({
      outcome: 'cancelled',
      cost: priceOf(model(LONG), promptTokens, completionTokens),
      estimated: false,
    })
  })

  test.for([
    ['broken off by the model', { resetMidStreamAfterChunks: 5 }, 'error'],
    ['ended by an error event', { errorMidStream: true, resetMidStreamAfterChunks: 5 }, 'error'],
    ['without a word about usage', { usageMissing: true }, 'success'],
  ] as const)('a stream %s: the reservation, marked as an estimate', async ([, fault, outcome]) => {
    const { id, key } = await newKey()
    await product.fault({ match: { model: LONG }, times: 1, ...fault })
    await stream(key)
    expect(await onlyRow(id)).toMatchObject({ outcome, cost: longWorst(), estimated: true })
  })

  test('JSON without usage: the reservation; an answer that never came: nothing', async () => {
    const unknown = await newKey()
    await product.fault({ match: { model: LONG }, times: 1, usageMissing: true })
    await stream(unknown.key, { ...long, stream: false })
    expect(await onlyRow(unknown.id)).toMatchObject({ cost: longWorst(), estimated: true })
    const refused = await newKey()
    await product.fault({ match: { model: LONG }, times: 1, failBefore: 500 })
    expect((await chat(refused.key, product.url, { ...long, stream: false })).status).toBe(503)
    expect(await onlyRow(refused.id)).toMatchObject({ outcome: 'error', cost: 0, estimated: false })
  })

  test('an explicit zero is zero, and more than the worst case is charged as the worst case and kept on record', async () => {
    const free = await newKey()
    await product.fault({
      match: { model: LONG },
      times: 1,
      usage: { prompt_tokens: 0, completion_tokens: 0 },
    })
    await stream(free.key)
    expect(await onlyRow(free.id)).toMatchObject({ cost: 0, estimated: false })
    const dear = await newKey()
    await product.fault({
      match: { model: LONG },
      times: 1,
      usage: { prompt_tokens: 9000, completion_tokens: 900 },
    })
    await stream(dear.key)
    const overage = priceOf(model(LONG), 9000, 900) - longWorst()
    expect(await onlyRow(dear.id)).toMatchObject({
      cost: longWorst(),
      estimated: false,
      metadata: { overageNano: String(overage) },
    })
  })

  test('a model without a price is refused; a price that changes during a call counts for the next', async () => {
    const { id, key } = await newKey()
    const change = async (price: string): Promise<void> => {
      await product.query(`update models set output_price_nano = ${price} where name = $1`, [LONG])
      await product.query(
        `select pg_notify('identity_changed', 'model:' || id) from models where name = $1`,
        [LONG],
      )
    }
    await product.fault({ match: { model: LONG }, times: 1, delayMs: 600 })
    const call = stream(key)
    await sleep(250)
    await change('output_price_nano * 10')
    await call
    const { promptTokens, completionTokens } = predictUsage(long)
    expect((await onlyRow(id)).cost).toBe(priceOf(model(LONG), promptTokens, completionTokens))
    await change('null')
    await sleep(CACHED_MS)
    expect(await chat(key, product.url, long)).toMatchObject({
      status: 403,
      body: { error: { code: 'model_not_priced' } },
    })
    await change(String(Math.round(model(LONG).outputPricePerMillion * 1e9)))
    await sleep(CACHED_MS)
  })

  test('the totals of the API, of the rows and of LiteLLM are the same', async () => {
    const { id, key } = await newKey()
    const bodies = [long, { ...long, stream: false }, { ...exactBody, max_tokens: 7 }, { ...exactBody, n: 3 }]
    const calls = Array.from({ length: 24 }, async (_, index) => stream(key, bodies[index % bodies.length]))
    await Promise.all(calls)
    const [rows] = await eventually(async () => {
      const found = await product.query<{
        requests: number
        prompt: number
        completion: number
        cost: number
        hash: string
      }>(
        `select count(*)::int as requests, sum(prompt_tokens)::int as prompt, sum(completion_tokens)::int as completion,
           sum(cost_nano)::int as cost, min(s.litellm_token_hash) as hash
         from usage_logs u join api_key_secrets s on s.api_key_id = u.api_key_id where u.api_key_id = $1`,
        [id],
      )
      expect(found[0]?.requests).toBe(24)
      return found
    })
    const own = await api(product.url, key)('GET', '/api/v1/usage/summary')
    expect(own.body.data).toMatchObject({
      requests: 24,
      promptTokens: rows?.prompt,
      completionTokens: rows?.completion,
    })
    expect(Math.round(own.body.data.cost * 1e9)).toBe(rows?.cost)

    const { body } = await product.litellm('GET', '/simulator/usage')
    const counted = (
      body.usage as {
        keyHash: string
        calls: number
        promptTokens: number
        completionTokens: number
        spend: number
      }[]
    )
      .filter((one) => one.keyHash === rows?.hash)
      .reduce(
        (sum, one) => ({
          calls: sum.calls + one.calls,
          promptTokens: sum.promptTokens + one.promptTokens,
          completionTokens: sum.completionTokens + one.completionTokens,
          spend: sum.spend + one.spend,
        }),
        { calls: 0, promptTokens: 0, completionTokens: 0, spend: 0 },
      )
    expect(counted).toMatchObject({
      calls: 24,
      promptTokens: rows?.prompt,
      completionTokens: rows?.completion,
    })
    // LiteLLM counts in floats; we round each call up to a whole nano-dollar.
    expect(Math.abs(counted.spend * 1e9 - (rows?.cost ?? 0))).toBeLessThanOrEqual(24)
  })
})

test('a process that is told to stop finishes what it has accepted, and gives back what it held', async () => {
  const other = await product.startReplica()
  const { id, key } = await product.createKey('alice', [CHAT, LONG], { maxBudget: 1 })
  await product.fault({ match: { model: LONG }, chunkDelayMs: 8 })
  await product.fault({ match: { model: CHAT }, delayMs: 300 })
  const streams = Array.from({ length: 8 }, async () => {
    const response = await fetch(`${other.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: LONG,
        messages: [{ role: 'user', content: 'Tell me a story' }],
        stream: true,
      }),
    })
    return framesOf(await response.text()).isDone
  })
  await sleep(400)
  const answers = Array.from({ length: 8 }, async () => chat(key, other.url))
  await sleep(150)
  const code = await other.stop()
  expect(await Promise.all(streams)).toEqual(streams.map(() => true))
  expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual(answers.map(() => 200))
  expect(code).toBe(0)
  const [row] = await product.query<{ calls: number; held: number }>(
    `select (select count(*)::int from usage_logs where api_key_id = $1 and outcome = 'success' and not is_estimated) as calls,
       (select reserved_nano::int from budgets where level = 'key' and subject_id = $1) as held`,
    [id],
  )
  expect(row).toEqual({ calls: 16, held: 0 })
})

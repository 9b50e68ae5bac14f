import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startWorld, type Client, type World } from '#test'

const SECRET = 'push-Vq8wZ2nL5xT0yRb7Ks4Df6Gh9Jm1Pc3'
const PREVIOUS_SECRET = 'past-aT4kM8vW1qZ6xC9bN3jH7fD5sG2pL0y'
const CALLBACK = '/api/v1/webhooks/litellm'
const MODEL = 'granite-4-small'

interface Key {
  readonly id: string
  readonly secret: string
  readonly hash: string
}

interface Row {
  readonly request_id: string
  readonly source: string
  readonly cost: string
  readonly user_id: string
  readonly tokens: number
}

let world: World
let alice: Client
let admin: Client
let key: Key

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const randomId = () => `chatcmpl-${randomUUID()}`

async function createKey(who: Client, name: string, body: object = {}): Promise<Key> {
  const models = await who.get('/api/v1/models?limit=100')
  const modelId = models.body.data.find((model: { name: string }) => model.name === MODEL).id
  await who.post('/api/v1/subscriptions', { modelId })
  const answer = await who.post('/api/v1/api-keys', { name, modelIds: [modelId], ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const { id, key: secret } = answer.body.data
  await eventually(async () => {
    expect((await who.get(`/api/v1/api-keys/${id}`)).body.data.syncState).toBe('synced')
  })
  return { id, secret, hash: sha256(secret) }
}

const chat = { model: MODEL, messages: [{ role: 'user', content: 'Count me once.' }], max_tokens: 5 }

/** Past us, with one of our keys; answers LiteLLM's id of the call. */
async function callLiteLLM(secret: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`${world.simulatorUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(chat),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { id: string }).id
}

const rowsOf = (apiKeyId: string) =>
  world.query<Row>(
    `select request_id, source, cost_nano::text as cost, user_id, prompt_tokens + completion_tokens as tokens
     from usage_logs where api_key_id = $1 order by at, request_id`,
    [apiKeyId],
  )
const idsOf = async (apiKeyId: string) => (await rowsOf(apiKeyId)).map((row) => row.request_id).sort()

/** Until the logs were read again after everything before this, and what was found is booked. */
async function pulled(): Promise<void> {
  await world.simulator('POST', '/simulator/flush')
  const [start] = await world.query<{ now: Date }>('select clock_timestamp() as now')
  await eventually(async () => {
    const [row] = await world.query(
      `select from usage_days_checked where checked_at > $1::timestamptz + interval '10 milliseconds'`,
      [start?.now],
    )
    expect(row).toBeDefined()
  }, 20_000)
  await booked()
}

const booked = () =>
  eventually(async () => {
    expect(
      await world.query(`select id, state from litellm_spend_inbox where state in ('pending', 'leased')`),
    ).toEqual([])
  })

const push = (events: unknown, headers: Record<string, string> = { 'x-litemaas-secret': SECRET }) =>
  world.anonymous.post(CALLBACK, events, headers)

/** What LiteLLM would push about a call. */
const event = (facts: { id?: string; hash?: string; cost?: number } & Record<string, unknown> = {}) => {
  const { id = randomId(), hash = key.hash, cost = 0.0000123, ...rest } = facts
  const end = Date.now() / 1000
  return {
    id,
    call_type: 'acompletion',
    status: 'success',
    response_cost: cost,
    model_group: MODEL,
    model: 'demo/granite',
    prompt_tokens: 20,
    completion_tokens: 10,
    startTime: end - 1.5,
    completionStartTime: end - 1.25,
    endTime: end,
    metadata: {
      user_api_key_hash: hash,
      usage_object: { prompt_tokens_details: { cached_tokens: 4 } },
      spend_logs_metadata: null,
    },
    messages: [{ role: 'user', content: 'never-kept-prompt' }],
    ...rest,
  }
}

beforeAll(async () => {
  world = await startWorld({
    config: {
      LITELLM_CALLBACK_SECRET: SECRET,
      LITELLM_CALLBACK_SECRET_PREVIOUS: PREVIOUS_SECRET,
      USAGE_PULL_INTERVAL_SECONDS: '1',
    },
  })
  alice = await world.as('alice')
  admin = await world.as('admin')
})
afterAll(() => world.close())
beforeEach(async () => {
  key = await createKey(alice, `key ${randomUUID()}`, { maxBudget: 5, budgetDuration: '1d' })
})

describe('calls made directly to LiteLLM', () => {
  test('are booked once: their row, their day and their budgets', async () => {
    const ids = [await callLiteLLM(key.secret), await callLiteLLM(key.secret)].sort()
    await pulled()
    await pulled()
    const rows = await rowsOf(key.id)
    expect(rows.map((row) => row.request_id).sort()).toEqual(ids)
    const { user_id: userId } = rows[0] ?? {}
    expect(new Set(rows.map((row) => row.source))).toEqual(new Set(['proxy']))
    expect(userId).toBe((await alice.get('/api/auth/me')).body.data.user.id)
    const said = (await world.simulator('GET', '/simulator/usage')) as {
      usage: Array<{ keyHash: string; spend: number; promptTokens: number; completionTokens: number }>
    }
    const theirs = said.usage.find((one) => one.keyHash === key.hash)
    const sum = rows.reduce((total, row) => total + BigInt(row.cost), 0n)
    expect(sum).toBe(BigInt(Math.round((theirs?.spend ?? 0) * 1e9)))
    expect(rows.reduce((total, row) => total + row.tokens, 0)).toBe(
      (theirs?.promptTokens ?? 0) + (theirs?.completionTokens ?? 0),
    )
    const [day] = await world.query<{ requests: string; cost: string }>(
      'select sum(requests)::text as requests, sum(cost_nano)::text as cost from usage_daily where api_key_id = $1',
      [key.id],
    )
    expect(day).toEqual({ requests: '2', cost: String(sum) })
    const [budget] = await world.query<{ spent: string }>(
      `select spent_nano::text as spent from budgets where level = 'key' and subject_id = $1`,
      [key.id],
    )
    expect(budget?.spent).toBe(String(sum))
  })

  test('stand beside the gateway’s own in the same log, which are not booked again', async () => {
    const through = await world.withKey(key.secret).post('/v1/chat/completions', chat)
    expect(through.status).toBe(200)
    const direct = await callLiteLLM(key.secret)
    await pulled()
    const rows = await rowsOf(key.id)
    expect(rows.map((row) => row.source).sort()).toEqual(['gateway', 'proxy'])
    expect(rows.find((row) => row.source === 'proxy')?.request_id).toBe(direct)
    expect(rows[0]?.cost).toBe(rows[1]?.cost)
  })

  test('are not taken for the gateway’s because they say so', async () => {
    await world.withKey(key.secret).post('/v1/chat/completions', chat)
    await world.simulator('POST', '/simulator/flush')
    const page = (await world.simulator(
      'GET',
      `/spend/logs/v2?start_date=2020-01-01&end_date=2099-01-01&api_key=${key.hash}`,
    )) as { data: Array<{ metadata: { spend_logs_metadata: { litemaas: Record<string, string> } } }> }
    const marked = page.data[0]?.metadata.spend_logs_metadata.litemaas
    expect(marked?.['mark']).toMatch(/^[\w-]{22}$/)
    await pulled()
    // The true mark of another call, a mark of one's own making, and the form without one.
    const forged = [marked, { ...marked, call: randomUUID() }, { ...marked, mark: undefined }]
    const ids: string[] = []
    for (const litemaas of forged)
      ids.push(
        await callLiteLLM(key.secret, {
          'x-litellm-spend-logs-metadata': JSON.stringify({ litemaas }),
        }),
      )
    await pulled()
    const rows = await rowsOf(key.id)
    expect(rows.filter((row) => row.source === 'gateway')).toHaveLength(1)
    expect(
      rows
        .filter((row) => row.source === 'proxy')
        .map((row) => row.request_id)
        .sort(),
    ).toEqual(ids.sort())
  })

  test('stay their owner’s when the key was rotated, and when it was deleted for good', async () => {
    const rotated = await alice.post(`/api/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 0 })
    expect(rotated.status, JSON.stringify(rotated.body)).toBe(200)
    const late = { ...plantedRow(key.hash), request_id: randomId() }
    await world.simulator('POST', '/simulator/spend-logs', { rows: [late] })
    await pulled()
    expect(await idsOf(key.id)).toEqual([late.request_id])

    await world.query('delete from api_keys where id = $1', [key.id])
    expect(await world.query('select from api_key_secrets where api_key_id = $1', [key.id])).toEqual([])
    const newest = sha256(String(rotated.body.data.key))
    const later = [plantedRow(key.hash), plantedRow(newest)]
    await world.simulator('POST', '/simulator/spend-logs', { rows: later })
    await pulled()
    const rows = await rowsOf(key.id)
    expect(rows.map((row) => row.request_id).sort()).toEqual(
      [late, ...later].map((row) => row.request_id).sort(),
    )
    expect(new Set(rows.map((row) => row.user_id)).size).toBe(1)
  })

  test('are found when many began at one moment, when they come late, and when they are another’s left out', async () => {
    const moment = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString()
    const many = Array.from({ length: 250 }, () => ({ ...plantedRow(key.hash), startTime: moment }))
    const foreign = plantedRow('f'.repeat(64))
    await world.simulator('POST', '/simulator/spend-logs', { rows: [...many, foreign] })
    await pulled()
    expect(await idsOf(key.id)).toEqual(many.map((row) => row.request_id).sort())
    const late = { ...plantedRow(key.hash), startTime: moment }
    await world.simulator('POST', '/simulator/spend-logs', { rows: [late] })
    await pulled()
    expect(await rowsOf(key.id)).toHaveLength(251)
    expect(await world.query('select from usage_logs where request_id = $1', [foreign.request_id])).toEqual(
      [],
    )
  })

  test('are found after LiteLLM could not be read', async () => {
    await world.simulator('POST', '/simulator/faults', {
      match: { path: '/spend/logs/v2' },
      failBefore: 500,
    })
    const id = await callLiteLLM(key.secret)
    await world.simulator('POST', '/simulator/flush')
    await eventually(async () => {
      const [day] = await world.query<{ message: string }>(
        'select message from usage_days_checked order by day desc limit 1',
      )
      expect(day?.message).toContain('could not be read')
    }, 20_000)
    await world.simulator('DELETE', '/simulator/faults')
    await eventually(async () => expect(await idsOf(key.id)).toEqual([id]), 30_000)
  }, 60_000)
})

describe('the push', () => {
  test('is refused without the secret, before anything is read', async () => {
    const before = await world.query<{ count: string }>('select count(*) from litellm_spend_inbox')
    const wrong = [
      {},
      { 'x-litemaas-secret': '' },
      { 'x-litemaas-secret': SECRET.slice(0, -1) },
      { 'x-litemaas-secret': `${SECRET}x` },
      { 'x-litemaas-secret': SECRET.toUpperCase() },
      { authorization: `Bearer ${SECRET}` },
    ]
    for (const headers of wrong) {
      expect((await push([event()], headers)).status, JSON.stringify(headers)).toBe(401)
      expect((await push('{not json', headers)).status).toBe(401)
    }
    expect(await world.query('select count(*) from litellm_spend_inbox')).toEqual(before)
  })

  test('accepts the secret from before a rotation', async () => {
    expect((await push([], { 'x-litemaas-secret': PREVIOUS_SECRET })).status).toBe(202)
  })

  test('books each call once, however often and in whatever form it comes', async () => {
    const one = event()
    const answers = await Promise.all(Array.from({ length: 300 }, () => push([one])))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]))
    const other = event()
    expect((await push(other)).body).toEqual({ data: { received: 1, kept: 1 } })
    const third = event()
    expect((await push(`${JSON.stringify(one)}\n${JSON.stringify(third)}\n`)).status).toBe(202)
    await booked()
    await push([one, other, third])
    await booked()
    expect(await idsOf(key.id)).toEqual([one.id, other.id, third.id].sort())
    const [row] = await world.query(
      `select cost_nano::text as cost, prompt_tokens, cached_prompt_tokens, completion_tokens, is_stream, duration_ms,
         time_to_first_token_ms, operation, model_name, outcome from usage_logs where request_id = $1`,
      [one.id],
    )
    expect(row).toEqual({
      cost: '12300',
      prompt_tokens: 20,
      cached_prompt_tokens: 4,
      completion_tokens: 10,
      is_stream: true,
      duration_ms: 1500,
      time_to_first_token_ms: 250,
      operation: 'chat',
      model_name: MODEL,
      outcome: 'success',
    })
  })

  test('keeps no prompt anywhere', async () => {
    await push([event(), event({ model_group: 'nobody/knows-this' })])
    await booked()
    for (const table of ['litellm_spend_inbox', 'usage_logs'])
      expect(await world.query(`select from ${table} t where t::text like '%never-kept-prompt%'`)).toEqual([])
  })

  test('refuses what is no event, and passes over what names no call', async () => {
    for (const body of ['{not json', '[1]', '"text"', '7', '', '[[]]x']) {
      const answer = await push(body)
      expect([body, answer.status]).toEqual([body, 400])
    }
    const odd = [
      {},
      { id: 7 },
      { ...event(), id: '' },
      { ...event(), startTime: 'soon' },
      { ...event(), id: 'x\0y' },
      { ...event(), id: 'y'.repeat(400) },
    ]
    expect((await push(odd)).body).toEqual({ data: { received: 6, kept: 0 } })
  })

  test('takes hostile figures for what they are', async () => {
    const hostile = [
      event({ prompt_tokens: -5, completion_tokens: 1e300 }),
      event({ cost: -1 }),
      event({ startTime: 9e15 }),
      event({ endTime: 0 }),
      event({ model_group: null, model_id: null, model: null }),
      event({ metadata: { user_api_key_hash: key.hash, usage_object: 'no' } }),
    ]
    expect((await push(hostile)).status).toBe(202)
    await booked()
    const stuck = await world.query(`select id, reason from litellm_spend_inbox where state = 'dead'`)
    expect(stuck).toEqual([])
    const rows = await world.query<{ cost: string }>(
      'select cost_nano::text as cost from usage_logs where api_key_id = $1 and (cost_nano < 0 or prompt_tokens < 0)',
      [key.id],
    )
    expect(rows).toEqual([])
  })

  test('and the logs together book each call once, with losses, repetitions and disorder', async () => {
    await world.simulator('PUT', '/simulator/callback', {
      url: world.url + CALLBACK,
      headers: { 'x-litemaas-secret': SECRET },
      dropEvery: 20,
      duplicate: true,
      reorder: true,
    })
    const ids: string[] = []
    for (let call = 0; call < 60; call += 1) ids.push(await callLiteLLM(key.secret))
    const through = await world.withKey(key.secret).post('/v1/chat/completions', chat)
    expect(through.status).toBe(200)
    await pulled()
    const { callback } = (await world.simulator('GET', '/simulator/callback')) as {
      callback: { dropped: number; posts: number; failedPosts: number }
    }
    expect(callback.dropped).toBeGreaterThan(0)
    expect(callback).toMatchObject({ failedPosts: 0 })
    await world.simulator('PUT', '/simulator/callback', {})
    const rows = await rowsOf(key.id)
    expect(
      rows
        .filter((row) => row.source === 'proxy')
        .map((row) => row.request_id)
        .sort(),
    ).toEqual(ids.sort())
    expect(rows.filter((row) => row.source === 'gateway')).toHaveLength(1)
    const [budget] = await world.query<{ spent: string }>(
      `select spent_nano::text as spent from budgets where level = 'key' and subject_id = $1`,
      [key.id],
    )
    expect(budget?.spent).toBe(String(rows.reduce((sum, row) => sum + BigInt(row.cost), 0n)))
  }, 60_000)

  test('loses nothing when the process dies after it has answered', async () => {
    const one = event()
    // What a dead process leaves: kept, and leased by nobody who lives.
    await world.query(
      `insert into litellm_spend_inbox (request_id, arrived_by, record, state, lease_until)
       select $1, 'push', record || jsonb_build_object('requestId', $1::text, 'keyHash', $2::text), 'leased', now() + interval '1 second'
       from litellm_spend_inbox where state = 'booked' limit 1`,
      [one.id, key.hash],
    )
    await eventually(async () => expect(await idsOf(key.id)).toEqual([one.id]))
  })
})

describe('what cannot be booked', () => {
  test('does not hold up the others, is laid aside after its last attempt, and can be tried again', async () => {
    const poison = event()
    await world.query(
      `create or replace function refuse_poison() returns trigger language plpgsql as $$ begin
         if new.request_id = '${poison.id}' then raise exception 'poison'; end if; return new; end $$`,
    )
    await world.query(
      'create trigger poison before insert on usage_logs for each row execute function refuse_poison()',
    )
    const good = Array.from({ length: 50 }, () => event())
    await push([...good.slice(0, 25), poison, ...good.slice(25)])
    await eventually(async () => expect(await idsOf(key.id)).toEqual(good.map((one) => one.id).sort()))
    // The last attempt but one was made; it is not waited for. Between two attempts only, hence again and again.
    const hurry = () =>
      world.query(
        `update litellm_spend_inbox set attempts = 7, next_at = now()
         where request_id = $1 and state = 'pending' and attempts < 7`,
        [poison.id],
      )
    const item = await eventually(async () => {
      await hurry()
      const { body } = await admin.get('/api/v1/admin/usage/intake?state=dead')
      expect(body.data).toMatchObject([{ requestId: poison.id, attempts: 8, reason: 'poison' }])
      return body.data[0]
    })
    const [told] = await world.query(
      `select from events where name = 'usage.intake-dead' and data ->> 'id' = $1`,
      [item.id],
    )
    expect(told).toBeDefined()

    const path = `/api/v1/admin/usage/intake/${item.id}/redrive`
    expect((await alice.post(path)).status).toBe(403)
    await world.query('drop trigger poison on usage_logs')
    expect((await admin.post(path)).body.data).toMatchObject({ state: 'pending', attempts: 0 })
    await eventually(async () => expect(await rowsOf(key.id)).toHaveLength(51))
    expect((await admin.post(path)).body.code).toBe('INTAKE_STATE')
    expect((await admin.post(`/api/v1/admin/usage/intake/${randomUUID()}/redrive`)).status).toBe(404)
    const audits = await world.query(
      `select from audit_logs where action = 'usage_intake.redriven' and resource_id = $1`,
      [item.id],
    )
    expect(audits).toHaveLength(1)
  })

  test('for want of its model is counted, and booked when there is one', async () => {
    const name = `late/${randomUUID()}`
    const one = event({ model_group: name })
    await push([one])
    await booked()
    expect(await rowsOf(key.id)).toEqual([])
    const { body } = await admin.get('/api/v1/admin/usage/intake?state=unattributed&reason=unknown_model')
    const item = body.data.find((each: { requestId: string }) => each.requestId === one.id)
    expect(item).toMatchObject({ modelName: name, arrivedBy: 'push' })
    const days = await admin.get('/api/v1/admin/usage/completeness')
    expect(days.body.data.at(-1).unattributed).toBeGreaterThan(0)
    await world.query(`insert into models (name, provider, mode) values ($1, 'late', 'chat')`, [name])
    expect((await admin.post(`/api/v1/admin/usage/intake/${item.id}/redrive`)).status).toBe(200)
    await eventually(async () => expect(await idsOf(key.id)).toEqual([one.id]))
  })

  test('is what happened too long ago, and what nobody can price', async () => {
    const old = Date.now() / 1000 - 40 * 86_400
    const unpriced = `unpriced/${randomUUID()}`
    await world.query(`insert into models (name, provider, mode) values ($1, 'late', 'chat')`, [unpriced])
    const events = [
      event({ startTime: old, endTime: old + 1 }),
      { ...event({ model_group: unpriced }), response_cost: null },
    ]
    await push(events)
    await booked()
    expect(await rowsOf(key.id)).toEqual([])
    const { body } = await admin.get('/api/v1/admin/usage/intake?state=unattributed&limit=100')
    const reasons = events.map(
      ({ id }) => body.data.find((one: { requestId: string }) => one.requestId === id)?.reason,
    )
    expect(reasons).toEqual(['out_of_range', 'no_cost'])
  })
})

/** A row of LiteLLM's logs as if somebody had called it directly a moment ago. */
function plantedRow(hash: string) {
  return {
    request_id: randomId(),
    api_key: hash,
    model_group: MODEL,
    spend: 0.000002,
    prompt_tokens: 3,
    completion_tokens: 4,
    startTime: new Date(Date.now() - 1000).toISOString(),
    endTime: new Date().toISOString(),
  }
}

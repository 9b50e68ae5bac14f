import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiError, createApi, each, readEvents, type Api } from '@litemaas/client'
import { Product, type Model } from './support.ts'

let product: Product
let alice: Api
let bob: Api
let models: Map<string, Model>

const apiOf = async (
  person: string,
  options: { language?: string; fetch?: typeof fetch; retries?: number } = {},
) => createApi({ baseUrl: product.url, credential: () => product.token(person), ...options })

beforeAll(async () => {
  product = await Product.start()
  ;[alice, bob] = await Promise.all([apiOf('alice'), apiOf('bob')])
  models = await product.models()
})
afterAll(async () => product.stop())

const idOf = (name: string): string => models.get(name)?.id ?? ''

/** Where an operation answers one thing or several, the one. */
function single<T>(data: T): Exclude<T, readonly unknown[]> {
  if (Array.isArray(data)) throw new Error('expected one thing, not a list')
  return data as Exclude<T, readonly unknown[]>
}

async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const reason: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(reason instanceof ApiError)) throw new Error(`expected a refusal, not ${String(reason)}`)
  return reason
}

/** Sends everything, and loses the first answers on the way back. */
function losing(answers: number): { fetch: typeof fetch; keys: Array<string | null> } {
  const keys: Array<string | null> = []
  const lossy: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    keys.push(new Headers(init?.headers).get('idempotency-key'))
    if (keys.length <= answers) throw new TypeError('the connection was reset')
    return response
  }
  return { fetch: lossy, keys }
}

describe('the generated client', () => {
  test('reads one thing, a page, and every page', async () => {
    const { data: me } = await alice.getMe()
    expect(me.user.username).toBe('alice')
    const page = await alice.listModels({ query: { limit: 2, offset: 1, sort: '-name' } })
    expect(page.data).toHaveLength(2)
    const [first] = page.data
    expect((await alice.getModel({ path: { id: first?.id ?? '' } })).data).toEqual(first)

    const names: string[] = []
    for await (const model of each(alice.listModels, { query: { limit: 2 } })) names.push(model.name)
    expect(names.toSorted()).toEqual([...models.keys()].toSorted())
    expect(names.length).toBeGreaterThan(4)
  })

  test('a creation whose answer was lost is made once', async () => {
    const { fetch: lossy, keys } = losing(1)
    const patient = await apiOf('alice', { fetch: lossy })
    const body = { modelId: idOf('granite-4-small') }
    const data = single((await patient.createSubscription({ body })).data)
    expect(data.status).toBe('active')
    expect(keys).toHaveLength(2)
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[1]).toBe(keys[0])
    expect((await alice.listSubscriptions()).data.map((one) => one.id)).toEqual([data.id])

    const same = await alice.createSubscription({ body }, { idempotencyKey: keys[0] ?? '' })
    expect(single(same.data).id).toBe(data.id)
  })

  test('what is not harmless is not repeated', async () => {
    const created = await bob.createSubscription({ body: { modelId: idOf('granite-4-small') } })
    const data = single(created.data)
    const { fetch: lossy, keys } = losing(1)
    const impatient = await apiOf('bob', { fetch: lossy })
    await expect(impatient.cancelSubscription({ path: { id: data.id } })).rejects.toThrow(
      'connection was reset',
    )
    expect(keys).toHaveLength(1)
    expect((await bob.getSubscription({ path: { id: data.id } })).data.status).toBe('cancelled')
  })

  test('a refusal is an ApiError that says all the server said, in the caller’s language', async () => {
    const german = await apiOf('alice', { language: 'de-CH, en;q=0.5' })
    const missing = '00000000-0000-4000-8000-00000000dead'
    const error = await refusalOf(german.getModel({ path: { id: missing } }))
    expect(error).toMatchObject({
      status: 404,
      code: 'MODEL_NOT_FOUND',
      message: 'Dieses Modell gibt es nicht.',
      details: { id: missing },
    })
    expect(error.traceId).toMatch(/^[0-9a-f-]{36}$/)

    const body = { name: 'too early', modelIds: [idOf('acme/confidential-70b')] }
    const refused = await refusalOf(german.createApiKey({ body }))
    expect(refused).toMatchObject({
      code: 'MODEL_NOT_SUBSCRIBED',
      suggestion: expect.stringContaining('Abonnieren'),
    })
    const wrong = await refusalOf(german.createApiKey({ body: { name: '' } as never }))
    expect(wrong).toMatchObject({ status: 400, code: 'VALIDATION_ERROR', details: { field: 'name' } })
    expect(wrong.message).toBe('Das Feld „name“ muss mindestens 1 Zeichen haben.')
    expect((await refusalOf(createApi({ baseUrl: product.url }).getMe())).code).toBe('UNAUTHORIZED')
  })

  test('a stale version is a conflict', async () => {
    const [subscription] = (await alice.listSubscriptions()).data
    const key = { name: 'versions', modelIds: [subscription?.modelId ?? ''] }
    const { data: created } = await alice.createApiKey({ body: key })
    const path = { id: created.id }
    await alice.updateApiKey({ path, body: { name: 'second' } }, { ifMatch: created.version })
    const stale = await refusalOf(
      alice.updateApiKey({ path, body: { name: 'third' } }, { ifMatch: created.version }),
    )
    expect(stale).toMatchObject({ status: 409, code: 'VERSION_CONFLICT' })
    expect(await alice.revokeApiKey({ path })).toBeUndefined()
  })

  test('calls models with a key, and hands streams over as they come', async () => {
    const { key } = await product.createKey('alice', ['granite-4-small'])
    const script = createApi({ baseUrl: product.url, credential: key })
    expect((await script.listGatewayModels()).data.map((model) => model.id)).toEqual(['granite-4-small'])
    const response = await script.createChatCompletion({
      body: {
        model: 'granite-4-small',
        stream: true,
        max_tokens: 5,
        messages: [{ role: 'user', content: 'Hello' }],
      },
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await response.text()).toContain('data: [DONE]')
    const unknown = await refusalOf(script.getGatewayModel({ path: { model: 'acme/unknown' } }))
    expect(unknown).toMatchObject({ status: 404, code: 'model_not_found' })
    expect(unknown.message).toContain("'acme/unknown'")
  })

  test(
    'reads events as they happen, and goes on where the connection broke',
    { timeout: 30_000 },
    async () => {
      const stop = new AbortController()
      const modelId = idOf('acme/confidential-70b')
      let connections = 0
      const open: Api['streamEvents'] = async (given, options) => {
        connections += 1
        const response = await bob.streamEvents(given, options)
        // The first connection breaks after what it has told so far.
        return connections === 1 ? new Response(await upTo(response, 'subscription.requested')) : response
      }
      const seen: string[] = []
      const reading = (async () => {
        for await (const { name } of readEvents(open, { signal: stop.signal })) {
          if (!name.startsWith('subscription.')) continue
          seen.push(name)
          if (seen.length === 2) return
        }
      })()
      const asked = single((await bob.createSubscription({ body: { modelId, reason: 'live' } })).data)
      await product.client('admin').approveSubscription({ path: { id: asked.id }, body: {} })
      await reading
      stop.abort()
      expect(connections).toBe(2)
      expect(seen).toEqual(['subscription.requested', 'subscription.approved'])
    },
  )
})

/** The text of a stream until an event of this name is complete. */
async function upTo(response: Response, name: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (reader && !new RegExp(`event: ${name}\\n[^]*?\\n\\n`).test(text)) {
    const { done, value } = await reader.read()
    if (done) break
    text += value
  }
  await reader?.cancel()
  return text
}

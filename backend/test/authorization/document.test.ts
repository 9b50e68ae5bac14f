import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '#test'

interface Operation {
  readonly operationId: string
  readonly description: string
  readonly parameters?: ReadonlyArray<{ name: string; required?: boolean; schema: { default?: unknown } }>
  readonly responses: Readonly<
    Record<string, { content?: Record<string, { examples?: Record<string, { value: unknown }> }> }>
  >
  readonly 'x-error-codes'?: readonly string[]
}

let world: World
let operations: Map<string, Operation & { path: string }>

beforeAll(async () => {
  world = await startWorld()
  const { body } = await world.anonymous.get('/openapi.json')
  const paths = body.paths as Record<string, Record<string, Operation>>
  operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => [operation.operationId, { ...operation, path }] as const),
    ),
  )
})
afterAll(() => world.close())

const operation = (id: string) => {
  const found = operations.get(id)
  if (!found) throw new Error(`there is no operation ${id}`)
  return found
}

describe('the document says of an operation', () => {
  it('who may, how often, whether a repetition is safe, and what is recorded', () => {
    expect(operation('approveSubscription').description).toContain(
      '**Who may:** `approvals:decide`: managers and administrators of the organization; platform administrators.',
    )
    expect(operation('listSubscriptionRequests').description).toContain(
      'platform administrators, also read-only ones',
    )
    expect(operation('startSignIn').description).toContain('**Who may:** everybody, also without signing in.')
    expect(operation('startSignIn').description).toContain('**Limit:** one of its own')
    expect(operation('createSubscription').description).toContain(
      '**Repetition:** `Idempotency-Key` is honoured.',
    )
    expect(operation('createSubscription').description).toContain('**Audit:** `subscription.requested`.')
    expect(operation('createChatCompletion').description).toContain('API keys, and nothing else')
  })

  it('every code that it can answer, with an example', () => {
    const { responses } = operation('createSubscription')
    const codesOf = (status: string) =>
      Object.keys(responses[status]?.content?.['application/json']?.examples ?? {}).toSorted()
    expect(codesOf('409')).toEqual(['IDEMPOTENCY_IN_PROGRESS', 'SUBSCRIPTION_EXISTS'])
    expect(codesOf('404')).toEqual(['MODEL_NOT_FOUND'])
    expect(codesOf('403')).toEqual(['ADDRESS_NOT_ALLOWED', 'CSRF', 'FORBIDDEN', 'NO_ORGANIZATION'])
    for (const one of operations.values()) {
      if (one['x-error-codes'] === undefined) continue
      const shown = Object.values(one.responses).flatMap((response) =>
        Object.keys(response.content?.['application/json']?.examples ?? {}),
      )
      expect(shown.toSorted(), one.operationId).toEqual(one['x-error-codes'])
    }
  })

  it('that what has a default need not be sent', () => {
    for (const one of operations.values())
      for (const parameter of one.parameters ?? [])
        if (parameter.schema.default !== undefined)
          expect(parameter.required, `${one.operationId} ${parameter.name}`).toBe(false)
  })

  it('how its path is called, also where it takes slashes', () => {
    expect(operation('getGatewayModel').path).toBe('/v1/models/{model}')
  })
})

describe('a refusal speaks the caller’s language', () => {
  const missing = '/api/v1/models/00000000-0000-4000-8000-00000000dead'

  it('and says which one it is', async () => {
    const alice = await world.as('alice')
    const answer = await alice.get(missing, { 'accept-language': 'ja, de;q=0.5' })
    expect(answer.body).toMatchObject({ code: 'MODEL_NOT_FOUND', message: 'このモデルは存在しません。' })
    expect(answer.headers.get('content-language')).toBe('ja')
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept-language')
    const plain = await alice.get(missing)
    expect(plain.body.message).toBe('No such model.')
    expect(plain.headers.get('content-language')).toBe('en')
  })

  it('also before anybody is known, and where there is nothing', async () => {
    const nowhere = await world.anonymous.get('/api/v1/nowhere', { 'accept-language': 'es-MX' })
    expect(nowhere.body).toMatchObject({ code: 'NOT_FOUND', message: 'Aquí no hay nada.' })
    const unknown = await world.anonymous.get('/api/auth/me', { 'accept-language': 'fr' })
    expect(unknown.body).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(unknown.body.message).toContain('Connectez-vous')
  })

  it('names the field, whatever the validator found', async () => {
    const alice = (await world.as('alice')).with({ 'accept-language': 'fr' })
    const wrong: ReadonlyArray<readonly [object, string, string]> = [
      [{}, 'modelId', 'Le champ « modelId » est manquant.'],
      [{ modelId: 5 }, 'modelId', 'Le champ « modelId » doit être de type string.'],
      [{ modelId: 'x' }, 'modelId', 'Le champ « modelId » doit respecter le format uuid.'],
      [
        { modelId: missing.slice(-36), status: 'active' },
        'status',
        'Le champ « status » n’est pas reconnu ici.',
      ],
    ]
    for (const [body, field, message] of wrong)
      expect((await alice.post('/api/v1/subscriptions', body)).body).toMatchObject({
        message,
        details: { field },
      })
  })

  it('except to SDKs, whose logs are English', async () => {
    const answer = await world.anonymous.get('/v1/models', { 'accept-language': 'de' })
    expect(answer.body.error).toMatchObject({
      code: 'invalid_api_key',
      message: expect.stringContaining('valid credential'),
    })
    expect(answer.headers.get('content-language')).toBeNull()
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startWorld, type World } from '#test'

let world: World
beforeAll(async () => {
  world = await startWorld({ config: { RECONCILE_INTERVAL_SECONDS: '1' } })
})
afterAll(() => world.close())
afterEach(() => world.simulator('DELETE', '/simulator/faults'))

const ready = async () => (await world.anonymous.get('/health/ready')).body

describe('readiness', () => {
  test('names each dependency and its state, and no address', async () => {
    await eventually(async () =>
      expect(await ready()).toEqual({
        status: 'ready',
        degraded: [],
        dependencies: { database: 'up', litellm: 'up', notifications: 'up' },
        isDraining: false,
      }),
    )
    expect((await world.anonymous.get('/health/live')).body).toEqual({ status: 'ok' })
  })

  test('is degraded without LiteLLM, and goes on serving', async () => {
    await world.simulator('POST', '/simulator/faults', { match: { path: '/*' }, failBefore: 503 })
    await eventually(async () => {
      const { status, body } = await world.anonymous.get('/health/ready')
      expect([status, body.status, body.degraded, body.dependencies.litellm]).toEqual([
        200,
        'degraded',
        ['litellm'],
        'down',
      ])
    }, 30_000)
    expect((await (await world.as('alice')).get('/api/v1/models')).status).toBe(200)
    await world.simulator('DELETE', '/simulator/faults')
    await eventually(async () => expect((await ready()).status).toBe('ready'), 30_000)
  }, 70_000)

  test('is 503 without PostgreSQL, while the process is alive', async () => {
    const away = await world.startServer()
    await away.app.platformDatabase.close()
    const answer = await fetch(`${away.url}/health/ready`)
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { status: 'unavailable', dependencies: { database: 'down' } },
    ])
    expect((await fetch(`${away.url}/health/live`)).status).toBe(200)
    await away.close().catch(() => undefined)
  })
})

describe('metrics', () => {
  test('are Prometheus’s, for the holder of their token', async () => {
    const TOKEN = 'metrics-token-7Qm2xV9bN4kR8sT1wZ5yC3'
    const server = await world.startServer({ METRICS_TOKEN: TOKEN })
    const read = (authorization?: string) =>
      fetch(`${server.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } })
    const answer = await read(`Bearer ${TOKEN}`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await answer.text()).toMatch(/^# TYPE litemaas_\w+ /m)
    for (const authorization of [undefined, 'Bearer x', `Bearer ${TOKEN}x`, TOKEN])
      expect((await read(authorization)).status).toBe(401)
    expect((await world.anonymous.get('/metrics')).status).toBe(200)
    expect((await world.anonymous.get('/metrics', { 'x-forwarded-for': '203.0.113.7' })).status).toBe(401)
    await server.close()
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '#test'

describe('settings', () => {
  let world: World

  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.close())

  const display = '/api/v1/admin/settings/display'

  test('what was never set is the default; a change keeps the rest and is audited once', async () => {
    const admin = await world.as('admin')
    const fresh = (await admin.get(display)).body.data
    expect(fresh).toMatchObject({
      values: { currency: 'USD', currencyPerUsd: 1 },
      version: 0,
      updatedAt: null,
    })
    const answer = await admin.patch(display, { currency: 'EUR' })
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { values: { currency: 'EUR', currencyPerUsd: 1 }, version: 1 } },
    })
    expect((await admin.get(display)).body.data).toEqual(answer.body.data)
    const audited = await world.query(
      `select before ->> 'currency' as before, after ->> 'currency' as after from audit_logs where action = 'settings.updated'`,
    )
    expect(audited).toEqual([{ before: 'USD', after: 'EUR' }])
  })

  test('the stale one of two changes is told', async () => {
    const admin = await world.as('admin')
    const { version } = (await admin.get(display)).body.data
    const change = (rate: number) =>
      admin.patch(display, { currencyPerUsd: rate }, { 'if-match': `"${version}"` })
    const answers = await Promise.all([change(2), change(3), change(4), change(5)])
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409])
  })

  test('three letters are not enough for a currency, and free text is none', async () => {
    const admin = await world.as('admin')
    expect((await admin.patch(display, { currency: 'ABC' })).body.code).toBe('CURRENCY_UNKNOWN')
    expect((await admin.patch(display, { currency: 'euro' })).status).toBe(400)
    expect((await admin.patch(display, { currencyPerUsd: 0 })).status).toBe(400)
    expect((await admin.patch(display, {})).status).toBe(400)
    expect((await admin.patch(display, { unknown: 1 })).status).toBe(400)
  })

  test('an auditor reads every section and changes none', async () => {
    const auditor = await world.as('auditor')
    const all = (await auditor.get('/api/v1/admin/settings')).body.data
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['display', 'retention']))
    expect((await auditor.patch(display, { currency: 'EUR' })).status).toBe(403)
    const alice = await world.as('alice')
    expect((await alice.get(display)).status).toBe(403)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type Client, type World } from '#test'
import { addMember, clientOf } from '../../../test/support/people.ts'

describe('banners', () => {
  let world: World
  let admin: Client
  let alice: Client

  beforeAll(async () => {
    world = await startWorld()
    admin = await world.as('admin')
    alice = await world.as('alice')
  })
  afterAll(() => world.close())

  const put = async (body: object) => {
    const answer = await admin.post('/api/v1/admin/banners', { severity: 'info', ...body })
    expect(answer.status).toBe(201)
    return answer.body.data as { id: string; version: number }
  }
  const shown = async (client: Client, query = '') =>
    ((await client.get(`/api/v1/banners${query}`)).body.data as Array<{ id: string; text: string }>).map(
      ({ text }) => text,
    )

  test('each person sees what is up for their roles, in their language, the most urgent first', async () => {
    const hour = (offset: number) => new Date(Date.now() + offset * 3_600_000).toISOString()
    await put({ texts: { en: 'For all', de: 'Für alle' } })
    await put({ severity: 'danger', texts: { en: 'Urgent' } })
    await put({ texts: { en: 'Administrators' }, platformRoles: ['admin'] })
    await put({ texts: { en: 'Viewers' }, organizationRoles: ['viewer'] })
    await put({ texts: { en: 'Later' }, startsAt: hour(1) })
    await put({ texts: { en: 'Over' }, endsAt: hour(-1) })
    await put({ texts: { en: 'Off' }, isEnabled: false })
    expect(await shown(alice)).toEqual(['Urgent', 'For all'])
    expect(await shown(alice, '?language=de')).toEqual(['Urgent', 'Für alle'])
    expect(await shown(alice.with({ 'accept-language': 'de-AT, en;q=0.5' }))).toEqual(['Urgent', 'Für alle'])
    expect(await shown(admin)).toEqual(['Urgent', 'Administrators', 'For all'])
    const viewer = await clientOf(world, await addMember(world, { role: 'viewer' }))
    expect(await shown(viewer)).toEqual(['Urgent', 'Viewers', 'For all'])
  })

  test('who puts one away does not see it any more; others do; some stay', async () => {
    const { id } = await put({ texts: { en: 'Put me away' }, dismissHours: 1 })
    const bob = await world.as('bob')
    expect(await shown(alice)).toContain('Put me away')
    expect((await alice.post(`/api/v1/me/banners/${id}/dismiss`)).status).toBe(204)
    expect(await shown(alice)).not.toContain('Put me away')
    expect(await shown(bob)).toContain('Put me away')
    await world.query(`update banner_dismissals set until = now() - interval '1 second'`)
    expect(await shown(alice)).toContain('Put me away')
    const stays = await put({ texts: { en: 'Stays' } })
    expect((await alice.post(`/api/v1/me/banners/${stays.id}/dismiss`)).body.code).toBe(
      'BANNER_NOT_DISMISSIBLE',
    )
  })

  test.each([
    '<script>alert(1)</script>',
    'Hello <img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '[click](javascript:alert(1))',
    '[click](JaVaScRiPt:alert(1))',
    '[click](data:text/html,<script>alert(1)</script>)',
    '[click](&#106;avascript:alert(1))',
    '[click][1]\n\n[1]: vbscript:alert(1)',
    '<javascript:alert(1)>',
    '![x](https://example.com/track.png)',
    '> quoted\n> <iframe src="//example.com">',
  ])('no script and no stranger gets in: %s', async (text) => {
    const answer = await admin.post('/api/v1/admin/banners', { severity: 'info', texts: { en: text } })
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'UNSAFE_MARKDOWN', details: { field: 'texts.en' } },
    })
  })

  test('ordinary markdown passes as it was written', async () => {
    const text =
      'Maintenance **tonight**: [details](https://status.example.com/1), mail <ops@example.com>, 1 < 2 & `<b>`.'
    const { id } = await put({ texts: { en: text } })
    expect((await admin.get(`/api/v1/admin/banners/${id}`)).body.data.texts.en).toBe(text)
  })

  test('links of their own are http or https, and the schedule runs forwards', async () => {
    const refused = await admin.post('/api/v1/admin/banners', {
      severity: 'info',
      texts: { en: 'x' },
      linkUrl: 'javascript:alert(1)',
    })
    expect(refused.status).toBe(400)
    const { id } = await put({
      texts: { en: 'With a link' },
      linkUrl: 'https://status.example.com/',
      linkTexts: { en: 'Status', fr: 'État' },
    })
    const { data } = (await alice.get('/api/v1/banners?language=fr')).body
    expect(data.find((one: { id: string }) => one.id === id)).toMatchObject({
      linkUrl: 'https://status.example.com/',
      linkText: 'État',
    })
    const backwards = await admin.post('/api/v1/admin/banners', {
      severity: 'info',
      texts: { en: 'x' },
      startsAt: '2026-02-02T00:00:00Z',
      endsAt: '2026-02-01T00:00:00Z',
    })
    expect(backwards.body.code).toBe('BANNER_SCHEDULE')
  })

  test('a repeated create makes one; a stale change is told; each change has its audit row', async () => {
    const body = { severity: 'info', texts: { en: 'Once' } }
    const key = { 'idempotency-key': 'banner-once' }
    const [first, second] = [
      await admin.post('/api/v1/admin/banners', body, key),
      await admin.post('/api/v1/admin/banners', body, key),
    ]
    expect(second.body).toEqual(first.body)
    const { id } = first.body.data
    expect(
      (await admin.patch(`/api/v1/admin/banners/${id}`, { severity: 'danger', version: 1 })).status,
    ).toBe(200)
    expect((await admin.patch(`/api/v1/admin/banners/${id}`, { severity: 'info', version: 1 })).status).toBe(
      409,
    )
    expect((await admin.delete(`/api/v1/admin/banners/${id}`)).status).toBe(204)
    const rows = await world.query<{ action: string }>(
      'select action from audit_logs where resource_id = $1 order by sequence',
      [id],
    )
    expect(rows.map(({ action }) => action)).toEqual(['banner.created', 'banner.updated', 'banner.deleted'])
  })
})

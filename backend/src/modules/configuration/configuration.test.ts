import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, eventually, startWorld, type World } from '#test'
import { addMember, openSession } from '../../../test/support/people.ts'

describe('what is public', () => {
  let world: World

  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.close())

  test('names, currency, logos and announcements can be read before anybody has signed in', async () => {
    const admin = await world.as('admin')
    await admin.patch('/api/v1/admin/settings/display', { currency: 'JPY', currencyPerUsd: 150 })
    await admin.patch('/api/v1/admin/settings/branding', { title: 'Acme' })
    await admin.post('/api/v1/admin/banners', {
      severity: 'warning',
      texts: { en: 'Tonight', fr: 'Ce soir' },
      isPublic: true,
    })
    await admin.post('/api/v1/admin/banners', { severity: 'info', texts: { en: 'Inside only' } })
    const { body } = await world.anonymous.get('/api/v1/config', { 'accept-language': 'fr' })
    expect(body.data).toMatchObject({
      settings: { display: { currency: 'JPY', currencyPerUsd: 150 }, branding: { title: 'Acme' } },
      signInProvider: 'oidc',
      signInProviderName: null,
      languages: ['en', 'fr', 'de', 'es', 'ja'],
      images: [],
    })
    expect(body.data.banners.map(({ text }: { text: string }) => text)).toEqual(['Ce soir'])
    expect(Object.keys(body.data.settings).sort()).toEqual(['branding', 'display'])
  })

  test('limits per role hold within seconds of being set, here and in other processes', async () => {
    const other = await world.startServer()
    const admin = await world.as('admin')
    const person = await addMember(world)
    const set = await admin.patch('/api/v1/admin/settings/rate-limits', { user: 7 })
    expect(set.body.data).toMatchObject({ values: { user: 7 }, defaults: { user: 100_000 } })
    for (const server of [world, other]) {
      const { token } = await openSession({ ...world, app: server.app }, person)
      const member = new Client(server.url, { authorization: `Bearer ${token}` })
      await eventually(async () => {
        const answer = await member.get('/api/auth/me')
        expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=7;w=60')
        expect(answer.status).toBe(429)
      }, 20_000)
    }
    expect((await admin.get('/api/auth/me')).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type Client, type World } from '#test'
import { PIXEL } from '../../../test/support/requests.ts'

describe('branding', () => {
  let world: World
  let admin: Client

  beforeAll(async () => {
    world = await startWorld()
    admin = await world.as('admin')
  })
  afterAll(() => world.close())

  const upload = (body: Uint8Array, type: string, client = admin) =>
    client.put('/api/v1/admin/branding/images/login-logo', body, { 'content-type': type })
  const image = '/api/v1/branding/images/login-logo'

  test('an uploaded image is what anybody reads, until it is removed', async () => {
    expect((await world.anonymous.get(image)).status).toBe(404)
    const put = await upload(PIXEL, 'image/png')
    expect(put).toMatchObject({
      status: 200,
      body: { data: { bytes: PIXEL.length, mediaType: 'image/png' } },
    })
    const answer = await fetch(world.url + put.body.data.url)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PIXEL)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    const etag = answer.headers.get('etag') ?? ''
    expect((await world.anonymous.get(image, { 'if-none-match': etag })).status).toBe(304)
    expect((await admin.delete('/api/v1/admin/branding/images/login-logo')).status).toBe(204)
    expect((await world.anonymous.get(image)).status).toBe(404)
    const rows = await world.query<{ action: string }>(
      `select action from audit_logs where category = 'branding' order by sequence`,
    )
    expect(rows.map(({ action }) => action)).toEqual(['branding_image.replaced', 'branding_image.removed'])
  })

  test('bytes that are not what they are said to be are refused', async () => {
    for (const [body, type] of [
      [PIXEL, 'image/jpeg'],
      [Buffer.from('<html><script>alert(1)</script>'), 'image/png'],
      [Buffer.from('GIF'), 'image/gif'],
      [Buffer.from('<svg><g></svg>'), 'image/svg+xml'],
      [Buffer.from('<html xmlns="http://www.w3.org/1999/xhtml"></html>'), 'image/svg+xml'],
      [Buffer.from('<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>'), 'image/svg+xml'],
    ] as const)
      expect(await upload(body, type)).toMatchObject({ status: 422, body: { code: 'IMAGE_UNREADABLE' } })
    expect((await upload(PIXEL, 'text/html')).status).toBe(415)
    expect((await admin.put('/api/v1/admin/branding/images/login-logo', { a: 1 })).status).toBe(415)
    expect((await upload(Buffer.alloc(2 * 1024 * 1024 + 1), 'image/png')).status).toBe(413)
    expect((await upload(PIXEL, 'image/png', await world.as('auditor'))).status).toBe(403)
  })

  test('a header that promises huge sides is refused', async () => {
    const wide = Buffer.from(PIXEL)
    wide.writeUInt32BE(100_000, 16)
    expect((await upload(wide, 'image/png')).body.code).toBe('IMAGE_TOO_LARGE')
  })

  test('of an SVG only what draws is kept', async () => {
    const svg = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" onload="alert(1)">
      <script>alert(2)</script><style>@import url(https://example.com/x.css)</style>
      <a href="javascript:alert(3)"><rect width="5" height="5"/></a>
      <foreignObject><iframe src="https://example.com"/></foreignObject>
      <image href="https://example.com/track.png"/><use href="https://example.com/a.svg#b"/><use href="#mark"/>
      <animate attributeName="href" to="javascript:alert(4)"/>
      <circle id="mark" r="2" fill="url(#paint)" stroke="url(https://example.com/p)" onclick="alert(5)" style="fill:url(//x)"/>
      <text>5 &lt; 6 &amp; so on</text></svg>`
    expect((await upload(Buffer.from(svg), 'image/svg+xml')).status).toBe(200)
    const kept = await (await fetch(world.url + image)).text()
    expect(kept).not.toMatch(/script|alert|example\.com|foreignObject|style|animate|onload|onclick|\/\/x/)
    expect(kept).toContain('<circle id="mark" r="2" fill="url(#paint)">')
    expect(kept).toContain('<use href="#mark">')
    expect(kept).toContain('5 &lt; 6 &amp; so on')
  })

  test('each place has its own image, and the console learns of them before anybody has signed in', async () => {
    const slots = ['login-logo', 'header-logo-light', 'header-logo-dark']
    for (const slot of slots)
      await admin.put(`/api/v1/admin/branding/images/${slot}`, PIXEL, { 'content-type': 'image/png' })
    const { images } = (await world.anonymous.get('/api/v1/config')).body.data
    expect(images.map((one: { slot: string }) => one.slot).sort()).toEqual(slots.toSorted())
    for (const { url } of images as Array<{ url: string }>)
      expect(Buffer.from(await (await fetch(world.url + url)).arrayBuffer())).toEqual(PIXEL)
    const elsewhere = '/api/v1/admin/branding/images/favicon'
    expect((await admin.put(elsewhere, PIXEL, { 'content-type': 'image/png' })).status).toBe(400)
  })

  test('names of the installation are a section of the settings', async () => {
    const answer = await admin.patch('/api/v1/admin/settings/branding', { title: 'Acme models' })
    expect(answer.body.data.values).toEqual({ title: 'Acme models', subtitle: null })
    expect((await admin.patch('/api/v1/admin/settings/branding', { title: ' ' })).status).toBe(400)
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../../../test/support/webhook-receiver.ts'
import { destinationsOf } from './destination.ts'
import { call } from './outgoing-call.ts'

let inside: WebhookReceiver
beforeAll(async () => {
  inside = await startWebhookReceiver()
})
afterAll(() => inside.close())

const never = new AbortController().signal
const post = (admit: ReturnType<typeof destinationsOf>, url: string) =>
  call(admit, { url, headers: {}, body: '{}' }, never)

const PUBLIC = '93.184.215.14'

/** Every way of writing that port of this machine. */
const vectors = (port: number) => [
  `http://127.0.0.1:${port}/`,
  `https://127.0.0.1:${port}/`,
  `https://localhost:${port}/`,
  `https://LOCALHOST.:${port}/`,
  `https://127.1:${port}/`,
  `https://2130706433:${port}/`,
  `https://0x7f000001:${port}/`,
  `https://0177.0.0.1:${port}/`,
  `https://0.0.0.0:${port}/`,
  `https://[::1]:${port}/`,
  `https://[::]:${port}/`,
  `https://[::ffff:127.0.0.1]:${port}/`,
  `https://[::ffff:7f00:1]:${port}/`,
  `https://[64:ff9b::7f00:1]:${port}/`,
  `https://[2002:7f00:1::]:${port}/`,
  `https://169.254.169.254/latest/meta-data`,
  `https://[fd00:ec2::254]/latest/meta-data`,
  `https://metadata.google.internal/`,
  `https://10.0.0.1/`,
  `https://172.16.0.1/`,
  `https://192.168.0.1/`,
  `https://100.64.0.1/`,
  `https://[fe80::1]/`,
  `https://[fd00::1]/`,
  `https://user:secret@hooks.example.com/`,
  `https://hooks.example.com:22/`,
  `https://hooks.example.com:25/`,
  `http://hooks.example.com/`,
  `ftp://hooks.example.com/`,
  `file:///etc/passwd`,
  `https://inside.example.com:${port}/`,
]

test('nothing inside is ever called, however it is written', async () => {
  const admit = destinationsOf([], (host) =>
    Promise.resolve([host === 'inside.example.com' ? '127.0.0.1' : PUBLIC]),
  )
  for (const url of vectors(inside.port)) {
    const result = await post(admit, url)
    expect(result.error, url).toMatch(/^this address is not allowed: /)
    expect(result.isDelivered, url).toBe(false)
  }
  expect(inside.calls).toEqual([])
})

test('a name that answers otherwise the second time leads nowhere', async () => {
  for (const second of [['127.0.0.1'], [PUBLIC, '127.0.0.1'], ['::ffff:127.0.0.1'], []]) {
    let asked = 0
    const admit = destinationsOf([], () => {
      asked += 1
      return Promise.resolve(asked === 1 ? [PUBLIC] : second)
    })
    const result = await post(admit, `https://rebinds.example.com:${inside.port}/`)
    expect(asked).toBe(2)
    expect(result.error).toBe('this address is not allowed: not_public')
  }
  expect(inside.calls).toEqual([])
})

test('what is on the list may be inside, and redirects from there lead nowhere', async () => {
  const admit = destinationsOf([`127.0.0.1:${inside.port}`])
  expect(await post(admit, `${inside.url}/hook`)).toMatchObject({ isDelivered: true, status: 204 })
  inside.respond = ({ path }) =>
    path === '/target' ? { status: 200 } : { status: 307, headers: { location: `${inside.url}/target` } }
  const result = await post(admit, `${inside.url}/hook`)
  expect(result).toMatchObject({ isDelivered: false, status: 307, error: 'redirects are not followed' })
  expect(inside.calls.map(({ path }) => path)).toEqual(['/hook', '/hook'])
})

test('of an answer no more than the beginning is kept, without controls', async () => {
  const admit = destinationsOf(['127.0.0.1/32'])
  inside.respond = () => ({ status: 200, body: `\0begin${'x'.repeat(300_000)}` })
  const { excerpt, isDelivered } = await post(admit, inside.url)
  expect(isDelivered).toBe(true)
  expect(excerpt).toHaveLength(1000)
  expect(excerpt).toMatch(/^ beginx/)
})

test('public addresses pass, on the usual ports', async () => {
  const admit = destinationsOf([], () => Promise.resolve([PUBLIC]))
  for (const url of ['https://hooks.example.com/a', 'https://hooks.example.com:8443/', `https://${PUBLIC}/`])
    expect((await admit(url)).objection, url).toBeUndefined()
})

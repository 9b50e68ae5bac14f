import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { Forwarder, type Forwarded } from './forward.ts'
import { DIALECTS } from './stream.ts'
import { Upstream } from './upstream.ts'

/** More than what lies in the buffers of all sockets on the way. */
const EVENTS = 600
const EVENT = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(64 * 1024) } }] })}\n\n`
const LAST = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 9 } })}\n\n`

/** A model that writes as fast as it may, and tells at its end what was used. */
async function startModel(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const events = Array.from({ length: EVENTS }, () => EVENT)
    Readable.from([...events, LAST, 'data: [DONE]\n\n']).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('a client that takes nothing is dropped, and what the model used is known all the same', async () => {
  const upstream = new Upstream({ url: await startModel(), timeoutSeconds: 20, maxConnections: 4 })
  const forwarder = new Forwarder(upstream, 300)
  const over = Promise.withResolvers<Forwarded>()
  const app = fastify()
  app.post('/', async (_request, reply) => {
    const forwarded = await forwarder.forward(
      {
        path: '/',
        body: Buffer.from('{}'),
        headers: {},
        isStream: true,
        hidesUsage: false,
        dialect: DIALECTS.openai,
        readsUsage: true,
        expectsJson: true,
        answerHeaders: {},
        startedAt: Date.now(),
        now: Date.now,
      },
      reply,
    )
    over.resolve(forwarded)
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await upstream.close()
  })

  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => void client.destroy())
  client.on('error', () => undefined)
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n')
  // It reads the head, and nothing more.
  client.once('data', () => client.pause())

  const { ending } = await over.promise
  expect(ending).toMatchObject({
    outcome: 'cancelled',
    statusCode: 499,
    usage: { promptTokens: 7, completionTokens: 9 },
  })
  expect(forwarder.inFlight).toBe(0)
}, 20_000)

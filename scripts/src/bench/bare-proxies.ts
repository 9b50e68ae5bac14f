// What the gateway is compared with: two proxies that check nothing.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { Pool } from 'undici'
import { listen } from './listen.ts'

const CONNECTIONS = 128

function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    host: _host,
    connection: _connection,
    'keep-alive': _keep,
    'transfer-encoding': _coding,
    ...rest
  } = headers
  return rest
}

/** node:http in front, undici behind, nothing between. */
export async function startUndiciPipe(upstreamUrl: string): Promise<number> {
  const pool = new Pool(upstreamUrl, { connections: CONNECTIONS, pipelining: 1 })
  return listen(
    createServer((incoming, outgoing) => {
      pool.stream(
        {
          path: incoming.url ?? '/',
          method: incoming.method ?? 'GET',
          headers: withoutHops(incoming.headers),
          body: incoming,
        },
        ({ statusCode, headers }) => outgoing.writeHead(statusCode, withoutHops(headers)),
        (error) => {
          if (error) outgoing.destroy(error)
        },
      )
    }),
  )
}

/** `@fastify/http-proxy` as its documentation shows it. */
export async function startHttpProxy(upstreamUrl: string): Promise<number> {
  const app = Fastify()
  await app.register(httpProxy, {
    upstream: upstreamUrl,
    prefix: '/',
    undici: { connections: CONNECTIONS, pipelining: 1 },
  })
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
}

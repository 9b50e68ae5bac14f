import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { answer, events, lastEvent, PATH, usageEvent } from './calls.ts'
import { listen } from './listen.ts'

const json = { 'content-type': 'application/json', 'content-length': answer.length }
const sse = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
const STREAM = Buffer.from('"stream":true')
const WANTS_USAGE = Buffer.from('"include_usage":true')

/** What has been asked of it: calls with the gateway's mark, and all. */
export interface UpstreamCounts {
  all: number
  fromGateway: number
}

/**
 * A model proxy that answers chat completions at once and always the same, and hands everything else (administration) to the
 * simulated LiteLLM behind it.
 */
export async function startUpstream(simulatorUrl: string): Promise<{ port: number; counts: UpstreamCounts }> {
  const counts: UpstreamCounts = { all: 0, fromGateway: 0 }
  const port = await listen(
    createServer((incoming, outgoing) => {
      if (incoming.url !== PATH) return handOver(simulatorUrl, incoming, outgoing)
      counts.all += 1
      if (incoming.headers['x-litellm-call-id'] !== undefined) counts.fromGateway += 1
      const held: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => held.push(chunk))
      incoming.on('end', () => {
        const body = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
        if (body.includes(STREAM)) sendStream(outgoing, body.includes(WANTS_USAGE))
        else outgoing.writeHead(200, json).end(answer)
      })
    }),
  )
  return { port, counts }
}

/** Each event goes out in its own turn of the loop, because a model that writes never sends all of them as one packet. */
function sendStream(outgoing: ServerResponse, withUsage: boolean): void {
  outgoing.writeHead(200, sse)
  const all = withUsage ? [...events, usageEvent] : events
  let next = 0
  const step = (): void => {
    if (outgoing.destroyed) return
    const one = all[next]
    next += 1
    if (one === undefined) return void outgoing.end(lastEvent)
    outgoing.write(one)
    setImmediate(step)
  }
  step()
}

function handOver(simulatorUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _host, connection: _connection, ...headers } = incoming.headers
  const onward = request(
    new URL(incoming.url ?? '/', simulatorUrl),
    { method: incoming.method ?? 'GET', headers },
    (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    },
  )
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { authorizeCall, checkExpiry, credential, identify, requireAdmin, stranger } from './auth.ts'
import { deliver, refuse, spoilBefore } from './delivery.ts'
import { authError, DetailError, ProxyError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { isForm, parseForm } from './form.ts'
import { isObject, stringOf } from './json.ts'
import { record } from './recording.ts'
import { findRoute, type Route } from './routes.ts'
import type { State } from './state.ts'

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function presented(request: IncomingMessage): string | undefined {
  try {
    return credential(request.headers)
  } catch {
    return undefined
  }
}

function parseBody(text: string, route: Route): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (route.access === 'call') {
      throw new ProxyError(
        400,
        'invalid_request_error',
        `Invalid JSON payload: ${String(error)}`,
        'request_body',
      )
    }
    const ctx = { error: error instanceof Error ? error.message : 'malformed' }
    throw new DetailError(422, [
      { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx },
    ])
  }
}

function authorize(exchange: Exchange, route: Route): void {
  if (route.access === 'public' || route.access === 'call') return
  exchange.identity = identify(exchange.state, credential(exchange.headers))
  if (route.access === 'list') {
    authorizeCall(exchange, null)
    return
  }
  checkExpiry(exchange.state, exchange.identity)
  if (route.access === 'admin') requireAdmin(exchange)
  if (route.access === 'master' && !exchange.identity.isMaster)
    throw authError('The simulator obeys its master key only.')
}

/** Answers one request; every path through it ends the response. */
async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = new Date()
  const method = request.method ?? 'GET'
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const bytes = await readBytes(request)
  const secret = presented(request)
  const given = request.headers['x-litellm-call-id']
  const exchange: Exchange = {
    state,
    method,
    path,
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    params: {},
    headers: request.headers,
    body: undefined,
    callId: typeof given === 'string' && given !== '' ? given : randomUUID(),
    address: request.socket.remoteAddress ?? null,
    fault: undefined,
    startedAt,
    response,
    identity: stranger(secret),
  }
  const route = findRoute(method, path)
  try {
    if (route === undefined) throw new DetailError(404, 'Not Found')
    if (route === 'wrong-method') throw new DetailError(405, 'Method Not Allowed')
    exchange.params = route.params
    const body = await parseBodyLate(bytes, request, route)
    exchange.body = body.value
    if (!path.startsWith('/simulator/')) {
      record(exchange, request, isForm(request.headers) ? 0 : bytes.length)
      const model = isObject(exchange.body) ? stringOf(exchange.body['model']) : null
      exchange.fault = state.faults.take({ method, path, model, keyHash: exchange.identity.keyHash || null })
    }
    if (exchange.fault !== undefined && (await spoilBefore(exchange.fault, exchange))) return
    if (body.error !== undefined) throw body.error
    authorize(exchange, route)
    const answer = await route.handler(exchange)
    await deliver(exchange, answer)
  } catch (error) {
    refuse(exchange, error)
  }
}

// A malformed body is refused only after it was recorded and faults had their turn.
async function parseBodyLate(
  bytes: Buffer,
  { headers }: IncomingMessage,
  route: Route,
): Promise<{ value: unknown; error?: Error }> {
  try {
    if (isForm(headers)) return { value: await parseForm(bytes, headers) }
    return { value: parseBody(bytes.toString('utf8'), route) }
  } catch (error) {
    return { value: undefined, error: error instanceof Error ? error : new Error(String(error)) }
  }
}

/** The HTTP server over a state; not listening yet. */
export function createSimulatorServer(state: State): Server {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    handle(state, request, response).catch((error: unknown) => {
      // The client left while it was still sending.
      if (!response.destroyed) console.error('litellm simulator:', error)
      response.destroy()
    })
  })
  return server
}

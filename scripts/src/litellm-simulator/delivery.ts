import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { liveKeySpend } from './bookings.ts'
import { DetailError, ProxyError, UnhandledError } from './errors.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Fault } from './faults.ts'
import { StreamEnded, StreamSink } from './stream.ts'

const htmlPage =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Bad Gateway</h1></body></html>'

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string | Buffer,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, {
    ...headers,
    'content-type': type,
    'content-length': String(Buffer.byteLength(text)),
  })
  response.end(text)
}

function fail(response: ServerResponse, status: number, fault: Fault): void {
  if (fault.html) send(response, status, 'text/html', htmlPage)
  else if (fault.garbage) send(response, status, 'application/json', '\u0000\u0001{]garbage')
  else {
    const error = {
      message: 'Internal Server Error',
      type: 'internal_server_error',
      param: 'None',
      code: String(status),
    }
    const headers: Record<string, string> = status === 429 || status === 503 ? { 'retry-after': '1' } : {}
    send(response, status, 'application/json', JSON.stringify({ error }), headers)
  }
}

/** Plays the part of a fault that comes before any effect; true when the call ends there. */
export async function spoilBefore(fault: Fault, { response }: Exchange): Promise<boolean> {
  if (fault.delayMs > 0) await sleep(fault.delayMs)
  if (fault.resetBeforeHeaders) {
    response.socket?.resetAndDestroy()
    return true
  }
  if (fault.failBefore === null) return false
  fail(response, fault.failBefore, fault)
  return true
}

/** Plays the part that comes after the effect; true when the true answer is not to be sent. */
async function spoilAfter(fault: Fault, { response }: Exchange, answer: Answer): Promise<boolean> {
  if (fault.delayAfterEffectMs > 0) await sleep(fault.delayAfterEffectMs)
  if (fault.resetAfterEffect) {
    response.socket?.resetAndDestroy()
    return true
  }
  if (fault.failAfterEffect !== null) fail(response, fault.failAfterEffect, fault)
  else if (fault.html || fault.garbage) fail(response, 200, fault)
  else if (fault.truncatedJson && answer.kind === 'json') {
    const text = JSON.stringify(answer.body)
    send(
      response,
      answer.status,
      'application/json',
      text.slice(0, Math.floor(text.length / 2)),
      answer.headers,
    )
  } else return false
  return true
}

/** Sends an answer, spoilt where a fault says so. */
export async function deliver(exchange: Exchange, answer: Answer): Promise<void> {
  const { response, fault, state } = exchange
  if (answer.kind === 'json') {
    if (fault !== undefined && (await spoilAfter(fault, exchange, answer))) return
    send(response, answer.status, 'application/json', JSON.stringify(answer.body), answer.headers)
    return
  }
  if (answer.kind === 'bytes') {
    if (fault !== undefined && (await spoilAfter(fault, exchange, answer))) return
    if (fault !== undefined && fault.resetMidStreamAfterChunks !== null) {
      response.writeHead(200, { ...answer.headers, 'content-type': answer.type })
      response.write(answer.content.subarray(0, answer.content.length / 2))
      await sleep(20)
      response.socket?.resetAndDestroy()
      return
    }
    send(response, 200, answer.type, answer.content, answer.headers)
    return
  }
  const isSpoilt =
    fault !== undefined &&
    (fault.failAfterEffect !== null || fault.html || fault.garbage || fault.resetAfterEffect)
  if (isSpoilt) {
    // The stream runs against nobody: its first frame ends it, and it books what it had produced.
    await answer.run(new StreamSink(response, 0, undefined, true)).catch(() => undefined)
    await spoilAfter(fault, exchange, answer)
    return
  }
  response.writeHead(200, {
    ...answer.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  })
  try {
    await state.openStreams.run(answer.run(new StreamSink(response, state.chunkDelayMs, fault)))
  } catch (error) {
    if (!(error instanceof StreamEnded)) throw error
  }
  response.end()
}

/** Answers a thrown error in its envelope; what nobody foresaw is the plain-text 500. */
export function refuse(exchange: Exchange, error: unknown): void {
  const { response, callId } = exchange
  if (error instanceof ProxyError) {
    const headers = {
      'x-litellm-call-id': callId,
      'x-litellm-response-cost': '0',
      'x-litellm-key-spend': String(liveKeySpend(exchange)),
      'x-litellm-version': exchange.state.version,
      ...error.headers,
    }
    send(response, error.status, 'application/json', JSON.stringify(error.body()), headers)
  } else if (error instanceof DetailError) {
    send(response, error.status, 'application/json', JSON.stringify(error.body()))
  } else {
    if (!(error instanceof UnhandledError)) console.error('litellm simulator:', error)
    send(response, 500, 'text/plain; charset=utf-8', 'Internal Server Error')
  }
  if (!response.writableEnded) response.end()
}

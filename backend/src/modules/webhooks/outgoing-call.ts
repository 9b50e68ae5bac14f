import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { AddressRefused, type Admit } from './destination.ts'

/** What came of one attempt. */
export interface CallResult {
  readonly isDelivered: boolean
  /** The receiver says that it is gone for good. */
  readonly isGone: boolean
  readonly status: number | null
  /** The beginning of the answer. */
  readonly excerpt: string | null
  readonly error: string | null
}

interface OutgoingCall {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_EXCERPT = 1000

/** One POST: to the checked address, no redirects, ten seconds for everything, at most 64 kB read. Never rejects. */
export async function call(admit: Admit, outgoing: OutgoingCall, signal: AbortSignal): Promise<CallResult> {
  const admission = await admit(outgoing.url)
  if (admission.objection !== undefined) return failed(`this address is not allowed: ${admission.objection}`)
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const answer = await post(outgoing, admission.lookup, deadline)
    const status = answer.statusCode ?? 0
    const isDelivered = status >= 200 && status <= 299
    const excerpt = await beginningOf(answer)
    const error = isDelivered
      ? null
      : status >= 300 && status <= 399
        ? 'redirects are not followed'
        : `answered ${status}`
    return { isDelivered, isGone: status === 410, status, excerpt, error }
  } catch (error) {
    return failed(reasonOf(error, deadline))
  }
}

function post(
  { url: text, headers, body }: OutgoingCall,
  lookup: LookupFunction | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(text)
  const options: RequestOptions = {
    method: 'POST',
    // A connection of its own: none that was opened when a name still led elsewhere.
    agent: false,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'LiteMaaS-Webhooks/1',
    },
    signal,
    ...(lookup === undefined ? {} : { lookup }),
  }
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
    request.once('response', resolve).once('error', reject)
    request.end(body)
  })
}

/** Reads as much as is allowed, keeps the beginning, and hangs up. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size > MAX_ANSWER_BYTES) break
    }
  } catch {
    // The status has been given; an answer that breaks off says no more.
  }
  answer.destroy()
  // Controls, NUL among them, are nothing to show or to store.
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
  return text.slice(0, MAX_EXCERPT).toWellFormed()
}

const failed = (error: string): CallResult => ({
  isDelivered: false,
  isGone: false,
  status: null,
  excerpt: null,
  error,
})

function reasonOf(error: unknown, deadline: AbortSignal): string {
  if (deadline.aborted) return 'no answer in time'
  if (error instanceof AddressRefused) return 'this address is not allowed: not_public'
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return `the connection failed: ${code}`.slice(0, 200)
}

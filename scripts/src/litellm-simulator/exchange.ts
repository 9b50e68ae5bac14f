import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { KeyRow } from './rows.ts'
import type { State } from './state.ts'
import type { StreamSink } from './stream.ts'

/** Who calls: the master key, or a virtual key with the role of its user. */
export interface Identity {
  isMaster: boolean
  /** The key's hash, or a raw credential that was refused. */
  keyHash: string
  /** The credential as presented. */
  secret: string
  key: KeyRow | null
  userId: string | null
  role: string
}

/** One request with all that a handler needs to answer it. */
export interface Exchange {
  state: State
  method: string
  path: string
  query: URLSearchParams
  params: Record<string, string>
  headers: IncomingHttpHeaders
  body: unknown
  callId: string
  address: string | null
  fault: Fault | undefined
  startedAt: Date
  response: ServerResponse
  identity: Identity
}

/** What a handler gives back; a stream writes its own frames through the sink. */
export type Answer =
  | { kind: 'json'; status: number; headers: Record<string, string>; body: unknown }
  | { kind: 'bytes'; headers: Record<string, string>; type: string; content: Buffer }
  | { kind: 'stream'; headers: Record<string, string>; run: (sink: StreamSink) => Promise<void> }

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>

export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Answer {
  return { kind: 'json', status, headers, body }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A key's hash from the secret or the hash itself: what starts with `sk-` is a secret. */
export function hashOf(keyOrHash: string): string {
  return keyOrHash.startsWith('sk-') ? sha256(keyOrHash) : keyOrHash
}

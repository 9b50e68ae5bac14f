import { createHash, randomBytes } from 'node:crypto'

/** A LiteLLM proxy, real or simulated, that the suite is held against. */
export interface Target {
  url: string
  /** The master key, or the key of a proxy admin. */
  adminKey: string
  chatModel: string
  embeddingModel: string | null
  /** Makes late spend visible; without it the suite polls. */
  flush: (() => Promise<void>) | null
}

export interface Reply {
  status: number
  headers: Headers
  text: string
  /** The body as JSON, or undefined. */
  body: Record<string, unknown> | undefined
}

export interface CallOptions {
  key?: string | null
  headers?: Record<string, string>
  /** Sent as JSON, or as it is when a string. */
  body?: unknown
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** One HTTP call; `key: null` sends no credential. */
export async function call(
  target: Target,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Reply> {
  const headers: Record<string, string> = { ...options.headers }
  const key = options.key === undefined ? target.adminKey : options.key
  if (key !== null) headers['authorization'] = `Bearer ${key}`
  const init: RequestInit = { method, headers }
  if (options.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = typeof options.body === 'string' ? options.body : JSON.stringify(options.body)
  }
  const response = await fetch(`${target.url}${path}`, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

/** The members of envelope E1. */
export interface ErrorBody {
  message: string
  type: string
  param: string | null
  code: string
}

export function errorOf(reply: Reply): ErrorBody {
  const error = reply.body?.['error']
  if (typeof error !== 'object' || error === null)
    throw new Error(`no E1 envelope: ${reply.status} ${reply.text}`)
  return error as ErrorBody
}

/** A secret that no other run uses. */
export function freshSecret(): string {
  return `sk-contract-${randomBytes(24).toString('hex')}`
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** JSON payloads of a server-sent stream, and whether `[DONE]` ended it. */
export function framesOf(text: string): { frames: Record<string, unknown>[]; isDone: boolean } {
  const payloads = text
    .split('\n\n')
    .flatMap((block) => block.split('\n').filter((line) => line.startsWith('data: ')))
    .map((line) => line.slice('data: '.length))
  return {
    frames: payloads
      .filter((payload) => payload !== '[DONE]')
      .map((payload) => JSON.parse(payload) as Record<string, unknown>),
    isDone: payloads.at(-1) === '[DONE]',
  }
}

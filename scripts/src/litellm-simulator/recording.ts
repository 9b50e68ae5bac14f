import type { IncomingMessage } from 'node:http'
import { sha256, type Exchange } from './exchange.ts'
import { isObject } from './json.ts'

const secretHeaders = [
  'authorization',
  'x-litellm-api-key',
  'api-key',
  'x-api-key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
]

function maskedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '')
    headers[name] = secretHeaders.includes(name) ? `sha256:${sha256(text.replace(/^bearer /i, ''))}` : text
  }
  return headers
}

function maskedQuery(query: URLSearchParams): string {
  const masked = new URLSearchParams(query)
  for (const [name, value] of query) {
    if (value.startsWith('sk-')) masked.set(name, `sha256:${sha256(value)}`)
  }
  return masked.toString()
}

function withoutSecrets(body: unknown): unknown {
  if (!isObject(body)) return body
  const masked = { ...body }
  for (const name of ['key', 'api_key'] as const) {
    const value = masked[name]
    if (typeof value === 'string' && value.startsWith('sk-')) masked[name] = `sha256:${sha256(value)}`
  }
  const { keys } = masked
  if (Array.isArray(keys)) {
    masked['keys'] = keys.map((key: unknown) =>
      typeof key === 'string' && key.startsWith('sk-') ? `sha256:${sha256(key)}` : key,
    )
  }
  return masked
}

/** Records a call for `GET /simulator/calls`; credentials and keys become hashes. */
export function record(exchange: Exchange, request: IncomingMessage, length: number): void {
  const { startedAt, method, path, query, body, state } = exchange
  state.calls.add(
    {
      at: startedAt.toISOString(),
      method,
      path,
      query: maskedQuery(query),
      headers: maskedHeaders(request),
      body: withoutSecrets(body),
    },
    length,
  )
}

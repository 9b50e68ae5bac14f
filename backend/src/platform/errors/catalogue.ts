/** What a stable error code means to HTTP: its status, and whether repeating the same request can help. */
export interface ErrorKind {
  readonly statusCode: number
  readonly isRetryable: boolean
}

const kind = (statusCode: number, isRetryable = false): ErrorKind => ({ statusCode, isRetryable })

const codes = new Map<string, ErrorKind>([
  ['VALIDATION_ERROR', kind(400)],
  ['MALFORMED_BODY', kind(400)],
  ['UNAUTHORIZED', kind(401)],
  ['FORBIDDEN', kind(403)],
  ['CSRF', kind(403)],
  ['NO_ORGANIZATION', kind(403)],
  ['NOT_FOUND', kind(404)],
  ['METHOD_NOT_ALLOWED', kind(405)],
  ['ALREADY_EXISTS', kind(409)],
  ['CONFLICT', kind(409)],
  ['VERSION_CONFLICT', kind(409)],
  ['IDEMPOTENCY_IN_PROGRESS', kind(409, true)],
  ['PAYLOAD_TOO_LARGE', kind(413)],
  ['UNSUPPORTED_MEDIA_TYPE', kind(415)],
  ['UNPROCESSABLE', kind(422)],
  ['IDEMPOTENCY_MISMATCH', kind(422)],
  ['RATE_LIMITED', kind(429, true)],
  ['BUDGET_EXCEEDED', kind(429)],
  ['INTERNAL', kind(500)],
  ['UPSTREAM_ERROR', kind(502, true)],
  ['UNAVAILABLE', kind(503, true)],
  ['DATABASE_UNAVAILABLE', kind(503, true)],
  ['OVERLOADED', kind(503, true)],
])

/**
 * Adds a module's own codes. Called while modules load, so a code that two rooms claim with different meanings
 * stops the process instead of surprising a client.
 */
export function registerErrorCodes<Code extends string>(
  additions: Readonly<Record<Code, number>>,
): { readonly [C in Code]: C } {
  for (const [code, statusCode] of Object.entries<number>(additions)) {
    const known = codes.get(code)
    if (known && known.statusCode !== statusCode)
      throw new Error(`error code ${code} is declared twice, with ${known.statusCode} and ${statusCode}`)
    codes.set(code, kind(statusCode, statusCode === 429 || statusCode === 503))
  }
  // A dictionary of names, so that a typo in a code is a type error.
  return Object.fromEntries(Object.keys(additions).map((code) => [code, code])) as { [C in Code]: C }
}

export function errorKind(code: string): ErrorKind | undefined {
  return codes.get(code)
}

/** Every code with its kind, sorted by name: the source of the documentation. */
export function listErrorCodes(): ReadonlyArray<readonly [string, ErrorKind]> {
  return [...codes].sort(([a], [b]) => (a < b ? -1 : 1))
}

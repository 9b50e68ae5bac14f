import { parseJsonBody } from '#platform/http'

/** What stands in a token, nothing of it verified yet. */
export interface UnverifiedToken {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

const SEGMENT = /^[A-Za-z0-9_-]+$/
/** They name or carry keys and nested formats. We know where our keys come from, and a token has no say in it. */
const REFUSED_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'cty', 'crit', 'b64', 'zip']

function parseObject(segment: string): Record<string, unknown> | undefined {
  try {
    // Strict: a claim that stands twice is read one way here and another way elsewhere.
    const value = parseJsonBody(Buffer.from(segment, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Reads a signed token's three parts; undefined for what is malformed, unsigned, nested, or brings its own keys. */
export function readToken(token: string): UnverifiedToken | undefined {
  const segments = token.split('.')
  if (segments.length !== 3 || !segments.every((segment) => SEGMENT.test(segment))) return undefined
  const header = parseObject(segments[0] ?? '')
  const payload = parseObject(segments[1] ?? '')
  if (!header || !payload || REFUSED_HEADERS.some((name) => name in header)) return undefined
  return { header, payload }
}

/** Clocks differ a little: half a minute must be borne, a minute and a half must not. In seconds. */
export const CLOCK_TOLERANCE_SECONDS = 60
const LONGEST_LIFE_SECONDS = 24 * 60 * 60

/** Whether the token says when it ends, within a day, and was not made in the future. `now` in milliseconds. */
export function hasSoundTimes(payload: UnverifiedToken['payload'], now: number): boolean {
  const seconds = now / 1000
  const { exp, iat, nbf } = payload as { exp?: unknown; iat?: unknown; nbf?: unknown }
  if (typeof exp !== 'number' || typeof iat !== 'number') return false
  if (exp + CLOCK_TOLERANCE_SECONDS < seconds || exp > seconds + LONGEST_LIFE_SECONDS) return false
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > seconds + CLOCK_TOLERANCE_SECONDS)) return false
  return iat <= seconds + CLOCK_TOLERANCE_SECONDS
}

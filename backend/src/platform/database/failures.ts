import { ApplicationError } from '#platform/errors'

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
])
const TIMED_OUT = new Set(['57014', '55P03', '25P03'])
const TRANSIENT = new Set(['40001', '40P01'])

/** The SQLSTATE or system code of a driver error, if it has one. */
export function databaseCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Serialization failures and deadlocks: the same transaction may succeed when it is run again. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(databaseCode(error) ?? '')
}

/** Turns "the database is away" into 503, never into a 401 or a pass; any other error is returned as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof ApplicationError || !(error instanceof Error)) return error
  const code = databaseCode(error) ?? ''
  const isAway =
    UNREACHABLE.has(code) ||
    TIMED_OUT.has(code) ||
    TRANSIENT.has(code) ||
    code.startsWith('08') ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|not queryable/.test(
      error.message,
    )
  if (!isAway) return error
  return ApplicationError.unavailable(
    'The database cannot answer right now; please try again.',
    'DATABASE_UNAVAILABLE',
    1,
    error,
  )
}

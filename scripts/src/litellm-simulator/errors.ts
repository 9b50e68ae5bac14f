import type { Profile } from './state.ts'

/** Envelope E1: `{"error":{message,type,param,code}}`, where `code` is the status as a string. */
export class ProxyError extends Error {
  readonly status: number
  readonly type: string
  readonly param: string | null
  readonly headers: Record<string, string>

  constructor(
    status: number,
    type: string,
    message: string,
    param: string | null = 'None',
    headers: Record<string, string> = {},
  ) {
    super(message)
    this.status = status
    this.type = type
    this.param = param
    this.headers = headers
  }

  body(): unknown {
    return {
      error: { message: this.message, type: this.type, param: this.param, code: String(this.status) },
    }
  }
}

/** Envelopes E2 and E3: `{"detail": ...}`, an object, a sentence, or FastAPI's list of problems. */
export class DetailError extends Error {
  readonly status: number
  readonly detail: unknown

  constructor(status: number, detail: unknown) {
    super(JSON.stringify(detail))
    this.status = status
    this.detail = detail
  }

  body(): unknown {
    return { detail: this.detail }
  }
}

/** Envelope E4: an unhandled exception of the proxy, in plain text. */
export class UnhandledError extends Error {}

/** What an admin endpoint makes of `HTTPException(detail={"error": ...})`: Python's repr inside the message. */
function pythonRepr(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\')
  return value.includes("'") && !value.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`
}

/** Python's repr of a list of strings. */
function pythonList(values: readonly string[]): string {
  return `[${values.map(pythonRepr).join(', ')}]`
}

/** E1 whose message is the repr of `{'error': message}`. */
export function wrapped(
  status: number,
  type: string,
  message: string,
  param: string | null = 'None',
): ProxyError {
  return new ProxyError(status, type, `{'error': ${pythonRepr(message)}}`, param)
}

export function authError(message: string, status = 401): ProxyError {
  return new ProxyError(status, 'auth_error', `Authentication Error, ${message}`)
}

export function notAdmin(route: string, role: string): ProxyError {
  return authError(
    `Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Route=${route}. Your role=${role}`,
  )
}

/** A spent budget: 400 up to 1.81, 429 afterwards, always `budget_exceeded`. */
export function budgetExceeded(profile: Profile, message: string): ProxyError {
  return new ProxyError(profile === '1.81' ? 400 : 429, 'budget_exceeded', message, null)
}

/** A key or team that may not call a model: 401 up to 1.81, 403 afterwards. */
export function modelDenied(
  profile: Profile,
  level: 'key' | 'team',
  model: string,
  allowed: readonly string[],
): ProxyError {
  const type = `${level}_model_access_denied`
  const message =
    profile === '1.81'
      ? `${level} not allowed to access model. This ${level} can only access models=${pythonList(allowed)}. Tried to access ${model}`
      : `${level} not allowed to access model. Tried to access ${model}`
  return new ProxyError(profile === '1.81' ? 401 : 403, type, message, 'model')
}

import { errorKind } from './catalogue.ts'

export interface ErrorFacts {
  /** Safe to show to the caller. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly suggestion?: string | undefined
  /** For the log only. */
  readonly cause?: unknown
  readonly retryAfterSeconds?: number | undefined
  /** Which sentence of the catalogue says this more exactly than the code's own. */
  readonly phrase?: Phrase | undefined
}

/** A key of the catalogue of messages, and what its placeholders stand for. */
export interface Phrase {
  readonly key: string
  readonly values?: Readonly<Record<string, unknown>>
}

const codeOf = (resource: string, ending: string): string =>
  `${resource.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_${ending}`

/** The one way to say no. Services throw it; only the error handler turns it into an answer. */
export class ApplicationError extends Error {
  readonly code: string
  readonly statusCode: number
  readonly details: Readonly<Record<string, unknown>> | undefined
  readonly suggestion: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly phrase: Phrase | undefined

  constructor(code: string, message: string, facts: ErrorFacts = {}, statusCode?: number) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'ApplicationError'
    this.code = code
    this.statusCode = errorKind(code)?.statusCode ?? statusCode ?? 500
    this.details = facts.details
    this.suggestion = facts.suggestion
    this.retryAfterSeconds = facts.retryAfterSeconds
    this.phrase = facts.phrase
  }

  /** 400: the shape of the request is wrong. `value` is for the log's benefit only and never echoed. */
  static validation(
    message: string,
    field?: string,
    _value?: unknown,
    suggestion?: string,
  ): ApplicationError {
    return new ApplicationError('VALIDATION_ERROR', message, {
      details: field ? { field } : undefined,
      suggestion,
    })
  }

  static unauthorized(message = 'Sign in, or send a valid credential.'): ApplicationError {
    return new ApplicationError('UNAUTHORIZED', message)
  }

  static forbidden(message: string, requiredRole?: string, code = 'FORBIDDEN'): ApplicationError {
    return new ApplicationError(code, message, { details: requiredRole ? { requiredRole } : undefined }, 403)
  }

  /** 404 `<RESOURCE>_NOT_FOUND`. A row of another organization gives the same answer as one that does not exist. */
  static notFound(resource: string, id?: string, field?: string): ApplicationError {
    const details = { ...(id === undefined ? {} : { id }), ...(field === undefined ? {} : { field }) }
    return new ApplicationError(
      codeOf(resource, 'NOT_FOUND'),
      `No such ${resource.toLowerCase()}.`,
      { details },
      404,
    )
  }

  static alreadyExists(resource: string, field: string, _value?: unknown): ApplicationError {
    return new ApplicationError(
      codeOf(resource, 'EXISTS'),
      `A ${resource.toLowerCase()} with this ${field} exists already.`,
      { details: { field } },
      409,
    )
  }

  static conflict(message: string, code = 'CONFLICT', details?: ErrorFacts['details']): ApplicationError {
    return new ApplicationError(code, message, { details }, 409)
  }

  /** 422: well-formed input that breaks a rule. */
  static unprocessable(
    message: string,
    code = 'UNPROCESSABLE',
    details?: ErrorFacts['details'],
  ): ApplicationError {
    return new ApplicationError(code, message, { details }, 422)
  }

  static rateLimited(message: string, retryAfterSeconds: number, code = 'RATE_LIMITED'): ApplicationError {
    return new ApplicationError(code, message, { retryAfterSeconds }, 429)
  }

  /** 429: `level` names whose budget ended; amounts are never told. */
  static budgetExceeded(level: string, details: ErrorFacts['details'] = {}): ApplicationError {
    return new ApplicationError(
      'BUDGET_EXCEEDED',
      `The budget of this ${level.replaceAll('_', ' ')} is spent.`,
      {
        details: { level, ...details },
      },
    )
  }

  /** 502: the neighbour answered something that cannot be used. */
  static upstream(message: string, cause?: unknown): ApplicationError {
    return new ApplicationError('UPSTREAM_ERROR', message, { cause, retryAfterSeconds: 1 })
  }

  /** 503: valid request, broken dependency. */
  static unavailable(
    message: string,
    code = 'UNAVAILABLE',
    retryAfterSeconds = 1,
    cause?: unknown,
  ): ApplicationError {
    return new ApplicationError(code, message, { retryAfterSeconds, cause }, 503)
  }

  static internal(message: string, cause?: unknown): ApplicationError {
    return new ApplicationError('INTERNAL', message, { cause })
  }
}

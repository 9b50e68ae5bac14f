import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApplicationError } from './application-error.ts'
import { languageOf } from './language.ts'
import { messageIn, suggestionIn } from './translation.ts'
import { validationError } from './validation-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request was refused with, for hooks that run after the answer. */
    refusal: ApplicationError | null
  }
  interface FastifyInstance {
    /** For the document, which shows errors as they are written. */
    readonly errorFormats: readonly ErrorFormat[]
  }
}

/** How one family of paths writes an error, e.g. the shape that the SDKs of a public protocol expect. */
export interface ErrorFormat {
  readonly prefix: string
  body(error: ApplicationError): unknown
  /** Further headers of this error. */
  headers?(error: ApplicationError): Readonly<Record<string, string>>
}

const FASTIFY_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_BODY',
}

/** Everything that was thrown becomes one ApplicationError; what nobody foresaw becomes a 500 that hides its message. */
function normalize(error: FastifyError | ApplicationError): ApplicationError {
  if (error instanceof ApplicationError) return error
  if (error.validation) return validationError(error.validation, error.validationContext)
  const code = FASTIFY_CODES[error.code]
  if (code) return new ApplicationError(code, error.message, { cause: error })
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500)
    return new ApplicationError(status === 429 ? 'RATE_LIMITED' : 'MALFORMED_BODY', error.message, {
      cause: error,
    })
  return ApplicationError.internal('Something went wrong on our side.', error)
}

/** The product's own shape. What a person reads is in their language, what a program reads is not. */
function productBody(
  error: ApplicationError,
  request: FastifyRequest,
  reply: FastifyReply,
): Record<string, unknown> {
  const language = languageOf(request)
  const isInternal = error.code === 'INTERNAL'
  const message = messageIn(language, error)
  const suggestion = suggestionIn(language, error)
  const vary = reply.getHeader('vary')
  void reply
    .header('content-language', language)
    .header('vary', vary === undefined ? 'Accept-Language' : `${String(vary)}, Accept-Language`)
  return {
    statusCode: error.statusCode,
    code: error.code,
    error: STATUS_CODES[error.statusCode] ?? 'Error',
    message,
    traceId: request.id,
    ...(error.details && !isInternal ? { details: error.details } : {}),
    ...(suggestion === undefined || isInternal ? {} : { suggestion }),
  }
}

function log(request: FastifyRequest, error: ApplicationError): void {
  const facts = { code: error.code, statusCode: error.statusCode, traceId: request.id }
  if (error.statusCode >= 500) request.log.error({ ...facts, err: error.cause ?? error }, error.message)
  else request.log.info(facts, error.message)
}

/** Installs the only code that writes an error response, for thrown errors and for unknown routes. */
export function installErrorHandler(app: FastifyInstance, formats: readonly ErrorFormat[]): void {
  app.decorateRequest('refusal', null)
  app.decorate('errorFormats', formats)
  const answer = async (
    thrown: FastifyError | ApplicationError,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const error = normalize(thrown)
    request.refusal = error
    log(request, error)
    if (error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', Math.ceil(error.retryAfterSeconds))
    if (error.statusCode === 401) void reply.header('www-authenticate', 'Bearer')
    void reply.header('cache-control', 'no-store')
    const format = formats.find((candidate) => request.url.startsWith(candidate.prefix))
    if (format?.headers) void reply.headers({ ...format.headers(error) })
    return reply
      .code(error.statusCode)
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(format ? format.body(error) : productBody(error, request, reply))
  }
  app.setErrorHandler(answer)
  app.setNotFoundHandler((request, reply) =>
    answer(
      new ApplicationError('NOT_FOUND', `There is no ${request.method} ${request.url.split('?')[0] ?? ''}.`),
      request,
      reply,
    ),
  )
}

import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { AjvCompiler, type BuildCompilerFromPool } from '@fastify/ajv-compiler'
import { SerializerSelector, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { isDay, isMoment, isStorableText, parseJsonBody } from '#platform/http'
import { ApplicationError } from '#platform/errors'

const BODY_LIMIT = 64 * 1024
const MAX_HEAD = 16 * 1024

export interface HttpServerOptions {
  readonly logger: FastifyBaseLogger
  /** CIDRs of proxies whose forwarding headers are believed; never `true`, never a count. */
  readonly trustedProxies: readonly string[]
}

/** One pool for all scopes, and no check of our own schemas against the meta-schema: both cost a second at every boot. */
const validators = AjvCompiler()
const VALIDATION = {
  removeAdditional: false,
  useDefaults: true,
  allErrors: false,
  validateSchema: false,
} as const

interface Formats {
  addFormat(name: string, format: { type: 'string'; validate: (text: string) => boolean }): unknown
}

/** The usual formats allow moments that PostgreSQL does not know. */
const addTimes = (ajv: Formats): void => {
  ajv.addFormat('date-time', { type: 'string', validate: isMoment })
  ajv.addFormat('date', { type: 'string', validate: isDay })
}

/**
 * Bodies are taken as they are: nothing is coerced, nothing dropped. Only query strings and paths, which are text by
 * nature, are read as numbers and booleans. A route's schemas are compiled when it is called for the first time: nobody
 * calls all of them, and compiling them all took most of the boot.
 */
const buildValidator: BuildCompilerFromPool = (schemas) => {
  const compilerFor = (coerceTypes: false | 'array') =>
    once(() => validators(schemas, { customOptions: { ...VALIDATION, coerceTypes }, onCreate: addTimes }))
  const [forBodies, forText] = [compilerFor(false), compilerFor('array')]
  return (definition) => {
    const compiled = once(() => (isForBody(definition) ? forBodies() : forText())(definition))
    const validate = (value: unknown) => {
      const isValid = compiled()(value)
      validate.errors = compiled().errors
      return isValid
    }
    validate.errors = undefined as ReturnType<typeof compiled>['errors']
    // The other properties of Ajv's function are for Ajv's own use.
    return validate as ReturnType<ReturnType<BuildCompilerFromPool>>
  }
}

/**
 * Successes are written by compiled serializers, which also strip what the schema does not name. Errors are written by the
 * one error handler.
 */
const buildSerializer: SerializerFactory = (schemas, settings) => {
  const compile = once(() => SerializerSelector()(schemas, settings))
  return (definition) => {
    if (Number(definition.httpStatus) >= 400) return JSON.stringify
    const compiled = once(() => compile()(definition))
    return (value: unknown) => compiled()(value)
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** The compiler is really handed a route definition, which its types do not say. */
const isForBody = (definition: unknown): boolean =>
  typeof definition === 'object' &&
  definition !== null &&
  'httpPart' in definition &&
  definition.httpPart === 'body'

/** Fastify with the settings that differ from its defaults, each for a reason. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    // A body that trickles in holds a socket; streams of the gateway are answers and not affected.
    requestTimeout: 15_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: MAX_HEAD },
    // As long as a request line can be: what is too long for an id is the schema's to refuse, in our own words.
    routerOptions: { maxParamLength: MAX_HEAD },
    frameworkErrors: (_error, request, reply) => void refuseUrl(app, request, reply),
    schemaController: { compilersFactory: { buildValidator, buildSerializer } },
  })
  closeConnectionsWithTheServer(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, parseJsonBody(String(body)))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    done(
      isReadableUrl(request.url)
        ? undefined
        : ApplicationError.validation('The URL holds text that cannot be stored.', 'query'),
    )
  })
  return app
}

/**
 * A closing server waits for every connection. Those that never sent a byte are not idle in Node's eyes, and others become
 * idle only when their answer is over; both would hold the stop up until somebody else hangs up.
 */
function closeConnectionsWithTheServer(app: FastifyInstance): void {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    const timer = setInterval(() => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      app.server.closeIdleConnections()
    }, 50)
    app.server.once('close', () => clearInterval(timer))
  })
}

/** Well-formed UTF-8 when it is decoded, and nothing in it that PostgreSQL cannot hold. */
function isReadableUrl(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    return isStorableText(decodeURIComponent(url))
  } catch {
    return false
  }
}

/** A URL that the router itself cannot read comes past every hook; it is answered like any other mistake all the same. */
function refuseUrl(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): unknown {
  void reply.headers({
    'x-request-id': request.id,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none';object-src 'none';base-uri 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  const error = ApplicationError.validation('The URL is not well-formed.', 'path')
  return app.errorHandler(error as unknown as FastifyError, request, reply)
}

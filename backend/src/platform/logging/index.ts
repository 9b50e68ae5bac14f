import { pino, type Logger } from 'pino'

const SECRETS: ReadonlyArray<readonly [RegExp, string]> = [
  [/sk-[A-Za-z0-9_-]{8,}/g, 'sk-[masked]'],
  [/lms_[A-Za-z0-9]{8,}/g, 'lms_[masked]'],
  // Also a token that somebody cut off: what is left of it names the person.
  [/eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}/g, '[masked token]'],
  [/((?:postgres(?:ql)?|rediss?|https?|smtps?):\/\/[^\s:/@"]+:)[^\s@"]+@/g, '$1[masked]@'],
  [
    /("(?:authorization|cookie|set-cookie|x-api-key|client_secret|password|secret)"\s*:\s*")[^"]*"/gi,
    '$1[masked]"',
  ],
  // Whoever holds an invitation's link can use it.
  [/(\/invitations\/)[A-Za-z0-9_-]{20,}/g, '$1[masked]'],
  [/[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g, '[masked e-mail]'],
]

/** Replaces whatever looks like a secret or an e-mail address in one line of log. */
function maskSecrets(line: string): string {
  return SECRETS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line)
}

/** The cause chain without the values that database drivers and HTTP clients attach to their errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? error.code : undefined
  const constraint = 'constraint' in error ? error.constraint : undefined
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}

/** Path without its query: what a query holds is nobody's business in a log. */
const pathOf = (url: string | undefined) => url?.split('?', 1)[0]

/** One JSON object per line on stdout; every line is masked as a whole before it is written. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    serializers: {
      err: describeError,
      req: (request: { method?: string; url?: string; id?: string }) => ({
        method: request.method,
        path: pathOf(request.url),
        id: request.id,
      }),
      res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode }),
    },
    hooks: { streamWrite: maskSecrets },
  })
}

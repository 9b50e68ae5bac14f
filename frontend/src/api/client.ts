import { ApiError } from './api-error.ts'
import { operationTable, type Operation, type OperationId } from './generated/operations.ts'
import type { Arguments, Success } from './operation-types.ts'

export interface ApiOptions {
  /** Where the installation is; the page's own origin by default. */
  readonly baseUrl?: string
  /** A bearer token or an API key; the console has none and uses its session cookie. */
  readonly credential?: string | (() => string | Promise<string>)
  /** For messages of errors: what `Accept-Language` takes. */
  readonly language?: string
  /** How often a call is repeated that met a broken connection or a 503; only where a repetition is harmless. */
  readonly retries?: number
  readonly fetch?: typeof fetch
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Made anew for each call that creates something, unless given. */
  readonly idempotencyKey?: string
  /** The version that you believe to change. */
  readonly ifMatch?: number
  readonly headers?: Readonly<Record<string, string>>
}

type Call<O extends OperationId> =
  Record<never, never> extends Arguments<O>
    ? (given?: Arguments<O>, options?: CallOptions) => Promise<Success<O>>
    : (given: Arguments<O>, options?: CallOptions) => Promise<Success<O>>

/** One function for each operation, by its operation id. A refusal is thrown as `ApiError`. */
export type Api = { readonly [O in OperationId]: Call<O> }

interface Given {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: object
}

const LONGEST_WAIT_SECONDS = 10

/** The API as functions: `const api = createApi({ credential })`, `await api.listModels({ query: { limit: 5 } })`. */
export function createApi(options: ApiOptions = {}): Api {
  const functions = Object.entries(operationTable).map(([operationId, operation]: [string, Operation]) => [
    operationId,
    async (given: Given = {}, call: CallOptions = {}) => request(options, operation, given, call),
  ])
  return Object.fromEntries(functions) as Api
}

async function request(
  options: ApiOptions,
  operation: Operation,
  given: Given,
  call: CallOptions,
): Promise<unknown> {
  const url = (options.baseUrl ?? '') + pathOf(operation, given) + queryOf(given)
  const init = await initOf(options, operation, given, call)
  const isHarmless = operation.method === 'GET' || operation.isIdempotent === true
  for (let left = isHarmless ? (options.retries ?? 2) : 0; ; left -= 1) {
    const answer = await attempt(options.fetch ?? fetch, url, init, operation)
    if (!(answer instanceof Failure)) return answer.value
    if (left <= 0 || call.signal?.aborted === true || !answer.canPass) throw answer.reason
    await pause(answer.waitSeconds, call.signal)
  }
}

/** What went wrong in one attempt, and whether another one may do better. */
class Failure {
  readonly reason: unknown
  constructor(reason: unknown) {
    this.reason = reason
  }

  get canPass(): boolean {
    if (!(this.reason instanceof ApiError)) return true
    return this.reason.status === 503 || this.reason.code === 'IDEMPOTENCY_IN_PROGRESS'
  }

  get waitSeconds(): number {
    const told = this.reason instanceof ApiError ? this.reason.retryAfterSeconds : undefined
    return Math.min(told ?? 0.2, LONGEST_WAIT_SECONDS)
  }
}

async function attempt(
  send: typeof fetch,
  url: string,
  init: RequestInit,
  { answer }: Operation,
): Promise<Failure | { value: unknown }> {
  try {
    const response = await send(url, init)
    if (response.status >= 400)
      return new Failure(new ApiError(response.status, await jsonOf(response), response.headers))
    if (answer === 'response') return { value: response }
    return { value: answer === 'json' ? await response.json() : undefined }
  } catch (error) {
    return new Failure(error)
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function pathOf({ path }: Operation, { path: values = {} }: Given): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => encodeURIComponent(String(values[name])))
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** Lists become a repeated parameter; what is undefined is not sent. */
function formOf(values: object): URLSearchParams {
  const pairs = Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
    [value].flat().flatMap((one) => (isScalar(one) ? [[name, String(one)] as [string, string]] : [])),
  )
  return new URLSearchParams(pairs)
}

function queryOf({ query = {} }: Given): string {
  const text = formOf(query).toString()
  return text === '' ? '' : `?${text}`
}

async function initOf(
  { credential, language }: ApiOptions,
  { method, isIdempotent, isForm }: Operation,
  { body }: Given,
  { signal, idempotencyKey, ifMatch, headers }: CallOptions,
): Promise<RequestInit> {
  const token = typeof credential === 'function' ? await credential() : credential
  return {
    method,
    redirect: 'manual',
    credentials: 'same-origin',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(language === undefined ? {} : { 'accept-language': language }),
      ...(body === undefined || isForm === true ? {} : { 'content-type': mediaTypeOf(body) }),
      ...(isIdempotent === true ? { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() } : {}),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isForm === true ? formOf(body) : sentOf(body) }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** A file goes as it is, under its own type; everything else is JSON. */
const mediaTypeOf = (body: object): string => (body instanceof Blob ? body.type : 'application/json')
const sentOf = (body: object): Blob | string => (body instanceof Blob ? body : JSON.stringify(body))

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    })
  })
}

import { Type, type Static, type TObject, type TProperties, type TSchema } from '@sinclair/typebox'
import { errorKind } from '#platform/errors'

/** An object that refuses fields it does not know. Every object on the wire is one. */
export function strictObject<P extends TProperties>(
  properties: P,
  options: { $id?: string; description?: string; minProperties?: number } = {},
): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

export const Nullable = <S extends TSchema>(schema: S, options: { description?: string } = {}) =>
  Type.Union([schema, Type.Null()], options)

export const Uuid = (description?: string) =>
  Type.String({ format: 'uuid', maxLength: 36, ...(description === undefined ? {} : { description }) })

export const Timestamp = (description?: string) =>
  Type.String({ format: 'date-time', maxLength: 40, ...(description === undefined ? {} : { description }) })

/** Amounts on the wire are JSON numbers of US dollars; see `usd.ts`. */
export const Usd = (description: string) =>
  Type.Number({ minimum: 0, maximum: 9_000_000, description: `${description} US dollars.` })

export const StringEnum = <const T extends string>(values: readonly [T, ...T[]], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: values, ...(description === undefined ? {} : { description }) })

export const IdParams = strictObject({ id: Uuid() })

export const ErrorBody = strictObject(
  {
    statusCode: Type.Integer({ description: 'The HTTP status.' }),
    code: Type.String({ description: 'Stable name of what went wrong.', maxLength: 100 }),
    error: Type.String({ description: 'The HTTP status in words.', maxLength: 100 }),
    message: Type.String({ description: 'A sentence for a person.', maxLength: 1000 }),
    traceId: Type.String({ description: 'Names this request in the logs.', maxLength: 100 }),
    details: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Facts about the refusal, e.g. `field`.' }),
    ),
    suggestion: Type.Optional(Type.String({ description: 'What to try.', maxLength: 1000 })),
  },
  { $id: 'Error' },
)

export const PageInfo = strictObject(
  { total: Type.Integer(), limit: Type.Integer(), offset: Type.Integer(), hasMore: Type.Boolean() },
  { $id: 'PageInfo', description: 'Where this page lies in the whole list.' },
)

export const CursorInfo = strictObject(
  { limit: Type.Integer(), nextCursor: Nullable(Type.String({ maxLength: 300 })), hasMore: Type.Boolean() },
  { $id: 'CursorInfo', description: 'How to go on in a list that grows without end.' },
)

/** A named schema as a reference, so that it is one component of the document. The schema must be registered with `addSchema`. */
export const RefTo = <S extends TSchema>(schema: S) => Type.Unsafe<Static<S>>(Type.Ref(String(schema.$id)))

export const One = <S extends TSchema>(schema: S) => strictObject({ data: RefTo(schema) })

export const Page = <S extends TSchema>(schema: S) =>
  strictObject({ data: Type.Array(RefTo(schema)), pagination: RefTo(PageInfo) })

export const CursorPage = <S extends TSchema>(schema: S) =>
  strictObject({ data: Type.Array(RefTo(schema)), pagination: RefTo(CursorInfo) })

/** Query parameters of every paged list. */
export const pageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Items in a page.' }),
  offset: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0, description: 'Items to skip.' }),
}

const statusText: Readonly<Record<number, string>> = {
  400: 'The request is not well-formed; `details.field` names the place.',
  401: 'No valid credential.',
  403: 'Not allowed for this caller.',
  404: 'No such thing, or not visible to this caller.',
  409: 'In conflict with the present state.',
  413: 'The body is too large.',
  415: 'The body must be JSON.',
  422: 'Well-formed, but against a rule.',
  429: 'Too many requests, or a budget is spent.',
  500: 'Something went wrong on our side.',
  502: 'The model proxy gave an answer that cannot be used.',
  503: 'A dependency is away; try again after `Retry-After`.',
}

/**
 * The error answers of an operation: what every guarded route can answer, and its own. A status stands for the general
 * codes of that status; the name of a code (`'SELF_APPROVAL'`) adds its status and, to the document, its example.
 */
export function errors(...own: ReadonlyArray<number | string>): Record<number, TSchema> {
  const codes = own.filter((one) => typeof one === 'string').map((code) => ({ code, status: statusOf(code) }))
  const statuses = own.filter((one) => typeof one === 'number')
  const all = new Set([400, 401, 403, 429, 500, 503, ...statuses, ...codes.map(({ status }) => status)])
  return Object.fromEntries(
    [...all].map((status) => [
      status,
      {
        ...RefTo(ErrorBody),
        description: describeStatus(status),
        'x-codes': codes.filter((one) => one.status === status).map(({ code }) => code),
      },
    ]),
  )
}

function statusOf(code: string): number {
  const kind = errorKind(code)
  if (!kind) throw new Error(`a route declares the error code ${code}, which nobody registers`)
  return kind.statusCode
}

/** What an error status means here, for the document. */
export const describeStatus = (status: number): string => statusText[status] ?? 'Refused.'

import { STATUS_CODES } from 'node:http'
import { ApplicationError, exampleOf, type ErrorFormat } from '#platform/errors'
import { describeStatus } from '#platform/http'
import { tagDescriptions } from './tags.ts'

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, { default?: unknown }>>
  required?: string[]
}
interface Media {
  readonly schema?: Schema
  examples?: Readonly<Record<string, unknown>>
}
interface Example {
  readonly summary?: string
  readonly value: unknown
}
interface Response {
  readonly description: string
  readonly content?: Record<string, Media>
}
interface Operation {
  readonly tags?: readonly string[]
  readonly parameters?: ReadonlyArray<{ required?: boolean; schema?: { default?: unknown } }>
  readonly requestBody?: { readonly content?: Record<string, Media> }
  readonly responses: Record<string, Response>
  'x-error-codes'?: unknown
}
/** The part of an OpenAPI document that is finished here. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { schemas: Record<string, unknown>; examples?: Record<string, unknown> }
  tags?: unknown
}

/** What a route knows about its answers and OpenAPI’s schemas do not say. */
export interface Notes {
  /** By status; none where the route brings its own examples. */
  readonly codes: ReadonlyMap<number, readonly string[]> | undefined
  /** Where errors have another shape than everywhere. */
  readonly format: ErrorFormat | undefined
  /** By status: what stands in the document as it is. */
  readonly examples: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}

/** A refusal as it goes over the wire, but for the id of the request. */
function errorExample(code: string, status: number, format: ErrorFormat | undefined): Example {
  const { message, details } = exampleOf(code)
  if (format)
    return { summary: message, value: format.body(new ApplicationError(code, message, { details })) }
  return {
    summary: message,
    value: {
      statusCode: status,
      code,
      error: STATUS_CODES[status] ?? 'Error',
      message,
      traceId: '5f0c1a52-4f0e-4f63-9c7e-0d3c9a1f7c11',
      ...(details === undefined ? {} : { details }),
    },
  }
}

const ERROR = '#/components/schemas/Error'

/** One response for each status that the operation can answer, with one example for each code. */
function describeErrors(
  operation: Operation,
  { codes, format }: Pick<Notes, 'codes' | 'format'>,
  shared: Record<string, unknown>,
): void {
  if (!codes) return
  const mediaOf = (status: string | number) =>
    operation.responses[String(status)]?.content?.['application/json']
  const statuses = Object.keys(operation.responses).filter((status) => Number(status) >= 400)
  // Errors in the shape of a format all have the same schema, whatever it is called.
  const $ref = format ? mediaOf(statuses[0] ?? '')?.schema?.$ref : ERROR
  const isError = (media: Media | undefined): media is Media =>
    media?.schema !== undefined && media.schema.$ref === $ref
  for (const status of statuses)
    if (isError(mediaOf(status)) && !codes.has(Number(status))) delete operation.responses[status]
  for (const [status, names] of codes) {
    operation.responses[String(status)] ??= {
      description: describeStatus(status),
      content: { 'application/json': { schema: $ref === undefined ? {} : { $ref } } },
    }
    const media = mediaOf(status)
    if (isError(media))
      media.examples = Object.fromEntries(
        names.map((name) => {
          if (format) return [name, errorExample(name, status, format)]
          shared[name] = errorExample(name, status, undefined)
          return [name, { $ref: `#/components/examples/${name}` }]
        }),
      )
  }
  operation['x-error-codes'] = [...codes.values()].flat().toSorted()
}

/** What has a default need not be sent, whatever the validator calls required after it has filled it in. */
function relaxDefaults(operation: Operation): void {
  for (const parameter of operation.parameters ?? [])
    if (parameter.schema?.default !== undefined) parameter.required = false
  for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
    const required = schema?.required?.filter((name) => schema.properties?.[name]?.default === undefined)
    if (schema && required && required.length > 0) schema.required = required
    else delete schema?.required
  }
}

/** Names of components that a part of the document refers to, also through each other. */
function referred(
  part: unknown,
  schemas: Readonly<Record<string, unknown>>,
  found: Set<string>,
): Set<string> {
  if (typeof part !== 'object' || part === null) return found
  for (const [key, value] of Object.entries(part)) {
    const name = key === '$ref' && typeof value === 'string' ? value.split('/').at(-1) : undefined
    if (name === undefined) referred(value, schemas, found)
    else if (!found.has(name)) referred(schemas[name], schemas, found.add(name))
  }
  return found
}

/** Adds to the document what no single route says: examples, tags, defaults that need not be sent; drops what nobody uses. */
export function finishDocument(
  document: OpenApiDocument,
  notesOf: (path: string, method: string) => Notes | undefined,
): void {
  const tags = new Set<string>()
  const shared: Record<string, unknown> = {}
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const notes = notesOf(path, method)
      if (notes) describeErrors(operation, notes, shared)
      for (const [status, own] of notes?.examples ?? []) {
        const media = operation.responses[status]?.content?.['application/json']
        if (media) media.examples = own
      }
      relaxDefaults(operation)
      for (const tag of operation.tags ?? []) tags.add(tag)
    }
  document.tags = [...tags]
    .filter((name) => tagDescriptions[name] !== undefined)
    .toSorted()
    .map((name) => ({ name, description: tagDescriptions[name] }))
  document.components.examples = shared
  const { schemas } = document.components
  const used = referred(document.paths, schemas, new Set())
  document.components.schemas = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
}

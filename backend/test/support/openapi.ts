import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import type { Answer } from './client.ts'

/** A JSON schema as it stands in the document. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly default?: unknown
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

interface Media {
  readonly schema?: Schema
}

/** One operation of the document. `path` is written with braces. */
export interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | undefined
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
  /** public, session, key, or both of the last. */
  readonly auth: string
  readonly roles: string
}

/** Calls of models: their bodies are the providers' to shape, and what they do stands in the usage and not in the trail. */
export const callsModel = ({ path, operationId }: Pick<Operation, 'path' | 'operationId'>): boolean =>
  path.startsWith('/v1/') || /^createOwn(ChatCompletion|Embedding|Image)$/.test(operationId)

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface RawOperation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Operation['responses']
  readonly 'x-auth': string
  readonly 'x-roles': string
}

const DOCUMENT = 'https://document.example/openapi.json'
const pointer = (segment: string) => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))

/** The document that the running server gives away, as a list of operations and as a judge of answers. */
export class ApiDocument {
  readonly operations: readonly Operation[]
  readonly #document: Document
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction | undefined>()

  constructor(app: FastifyInstance) {
    const document = JSON.parse(JSON.stringify(app.swagger())) as Document
    this.#document = document
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, raw]) => ({
        operationId: raw.operationId,
        method: method.toUpperCase(),
        path,
        parameters: raw.parameters ?? [],
        body: raw.requestBody?.content['application/json']?.schema,
        responses: raw.responses,
        auth: raw['x-auth'],
        roles: raw['x-roles'],
      })),
    )
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
    ajvFormats.default(this.#ajv)
    this.#ajv.addSchema({ ...document, $id: DOCUMENT }, DOCUMENT)
  }

  operation(operationId: string): Operation {
    const found = this.operations.find((one) => one.operationId === operationId)
    if (!found) throw new Error(`the document has no operation ${operationId}`)
    return found
  }

  /** The schema with its references followed, one level. */
  resolve(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1)
    return name === undefined ? schema : (this.#document.components.schemas[name] ?? {})
  }

  /** What is wrong with this answer, by the document: an undocumented status or type, a field that is not in the schema. */
  violations(operation: Operation, answer: Answer): string[] {
    const where = `${operation.operationId} ${answer.status}`
    // Documented, because it can happen; but a test that sees one has found a fault.
    if (answer.status === 500) return [`${where}: ${JSON.stringify(answer.body)}`]
    const response = operation.responses[String(answer.status)]
    if (!response) return [`${where} is not documented: ${JSON.stringify(answer.body)?.slice(0, 300) ?? ''}`]
    if (answer.body === undefined)
      return answer.status === 204 || answer.status === 302 ? [] : [`${where} has no body`]
    const validate = this.#validatorOf(operation, answer.status)
    if (!validate) return [`${where} has a body, but no schema`]
    if (validate(answer.body)) return []
    return (validate.errors ?? []).map(
      (error) => `${where} ${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
    )
  }

  #validatorOf({ path, method, responses }: Operation, status: number): ValidateFunction | undefined {
    const name = `${method} ${path} ${status}`
    if (!this.#validators.has(name)) {
      const content = responses[String(status)]?.content ?? {}
      const type = Object.keys(content)[0]
      const segments = [
        'paths',
        path,
        method.toLowerCase(),
        'responses',
        String(status),
        'content',
        type ?? '',
        'schema',
      ]
      this.#validators.set(
        name,
        type === undefined
          ? undefined
          : this.#ajv.compile({ $ref: `${DOCUMENT}#/${segments.map(pointer).join('/')}` }),
      )
    }
    return this.#validators.get(name)
  }
}

/** Puts the values into the path; what is missing becomes `missing`. */
export function fillPath(
  path: string,
  values: Readonly<Record<string, string>>,
  missing = '00000000-0000-4000-8000-00000000dead',
): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) =>
    encodeURIComponent(values[name] ?? missing).replaceAll('%2F', '/'),
  )
}

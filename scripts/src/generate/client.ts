// The table that the typed client is made from: how each operation is called, and every code that it can refuse with.

interface Operation {
  readonly operationId: string
  readonly requestBody?: { readonly content?: Readonly<Record<string, unknown>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
  readonly 'x-idempotency'?: string
  readonly 'x-error-codes'?: readonly string[]
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** `json` is parsed, `none` is empty, `response` may be a stream, a file or a redirection and is left to the caller. */
function answerOf({ responses }: Operation): 'json' | 'none' | 'response' {
  const successes = Object.entries(responses).filter(([status]) => Number(status) < 400)
  if (successes.some(([status]) => status.startsWith('3'))) return 'response'
  const types = successes.flatMap(([, { content }]) => Object.keys(content ?? {}))
  if (types.length === 0) return 'none'
  return types.every((type) => type === 'application/json') ? 'json' : 'response'
}

const quoted = (text: string): string => `'${text}'`

/** The text of frontend/src/api/generated/operations.ts. */
export function clientTable(document: object): string {
  const { paths } = document as Document
  const operations = Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    .toSorted((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1))
  const rows = operations.map(({ path, method, operation }) => {
    const isIdempotent = !['none', undefined].includes(operation['x-idempotency'])
    const isForm = Object.keys(operation.requestBody?.content ?? {}).includes(
      'application/x-www-form-urlencoded',
    )
    const flags = `${isIdempotent ? ', isIdempotent: true' : ''}${isForm ? ', isForm: true' : ''}`
    return `  ${operation.operationId}: { method: ${quoted(method.toUpperCase())}, path: ${quoted(path)}, answer: ${quoted(answerOf(operation))}${flags} },`
  })
  const codes = [
    ...new Set(operations.flatMap(({ operation }) => operation['x-error-codes'] ?? [])),
  ].toSorted()
  return `// Generated from docs/api/openapi.json by \`npm run generate\`; never edited.
import type { operations } from './schema.ts'

export type OperationId = keyof operations

/** How an operation is called, and what it answers. */
export interface Operation {
  readonly method: string
  readonly path: string
  readonly answer: 'json' | 'none' | 'response'
  /** Honours \`Idempotency-Key\`. */
  readonly isIdempotent?: true
  /** Takes its body as a form, as OAuth does. */
  readonly isForm?: true
}

export const operationTable: Readonly<Record<OperationId, Operation>> = {
${rows.join('\n')}
}

/** Every code that the document knows; see docs/api/errors.md. */
export type ErrorCode =
${codes.map((code) => `  | ${quoted(code)}`).join('\n')}
`
}

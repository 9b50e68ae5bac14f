import type { FastifySchemaValidationError } from 'fastify'
import { ApplicationError } from './application-error.ts'
import { en } from './messages/en.ts'
import { fill } from './translation.ts'

/** Ajv's keywords, and the sentence that says each; the others are `is wrong`. */
const phrases: Readonly<Record<string, keyof typeof en>> = {
  required: 'VALIDATION_ERROR.required',
  additionalProperties: 'VALIDATION_ERROR.unknown',
  unevaluatedProperties: 'VALIDATION_ERROR.unknown',
  type: 'VALIDATION_ERROR.type',
  enum: 'VALIDATION_ERROR.enum',
  const: 'VALIDATION_ERROR.enum',
  minLength: 'VALIDATION_ERROR.minLength',
  maxLength: 'VALIDATION_ERROR.maxLength',
  minimum: 'VALIDATION_ERROR.minimum',
  maximum: 'VALIDATION_ERROR.maximum',
  exclusiveMinimum: 'VALIDATION_ERROR.exclusiveMinimum',
  exclusiveMaximum: 'VALIDATION_ERROR.exclusiveMaximum',
  multipleOf: 'VALIDATION_ERROR.multipleOf',
  pattern: 'VALIDATION_ERROR.pattern',
  format: 'VALIDATION_ERROR.format',
  minItems: 'VALIDATION_ERROR.minItems',
  maxItems: 'VALIDATION_ERROR.maxItems',
  uniqueItems: 'VALIDATION_ERROR.uniqueItems',
  minProperties: 'VALIDATION_ERROR.minProperties',
  maxProperties: 'VALIDATION_ERROR.maxItems',
}

function fieldOf(first: FastifySchemaValidationError, context: string): string {
  const path = first.instancePath.replace(/^\//, '').replaceAll('/', '.')
  const params: Record<string, unknown> = first.params
  const named = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  if (typeof named === 'string') return path ? `${path}.${named}` : named
  return path || context
}

/** What the sentence may name: the limit, the type, or the allowed values. */
function valuesOf({ params }: FastifySchemaValidationError, field: string): Record<string, unknown> {
  const allowed =
    params['allowedValues'] ?? (params['allowedValue'] === undefined ? [] : [params['allowedValue']])
  return {
    field,
    limit: params['limit'] ?? params['multipleOf'],
    format: params['format'],
    type: [params['type']].flat().join(', '),
    values: Array.isArray(allowed) ? allowed.map(String).join(', ') : '',
  }
}

/** The first thing that the validator found, as a sentence that names the field; never with the value that was sent. */
export function validationError(
  found: readonly FastifySchemaValidationError[],
  context = 'body',
): ApplicationError {
  const [first] = found
  const field = first ? fieldOf(first, context) : context
  const key = phrases[first?.keyword ?? ''] ?? 'VALIDATION_ERROR'
  const values = first ? valuesOf(first, field) : { field }
  const message = fill(en[key], values) ?? en['VALIDATION_ERROR.plain']
  return new ApplicationError('VALIDATION_ERROR', message, {
    details: { field, in: context },
    phrase: { key, values },
  })
}

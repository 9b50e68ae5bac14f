import { DetailError } from './errors.ts'

/** A JSON object whose members are not known yet. */
export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))
    ? Number(value)
    : null
}

export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

type Kind = 'string' | 'float' | 'int' | 'bool' | 'list' | 'dict'

const problems: Record<Kind, { type: string; msg: string }> = {
  string: { type: 'string_type', msg: 'Input should be a valid string' },
  float: { type: 'float_parsing', msg: 'Input should be a valid number, unable to parse string as a number' },
  int: { type: 'int_parsing', msg: 'Input should be a valid integer, unable to parse string as an integer' },
  bool: { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' },
  list: { type: 'list_type', msg: 'Input should be a valid list' },
  dict: { type: 'dict_type', msg: 'Input should be a valid dictionary' },
}

function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string'
    case 'float':
      return numberOf(value) !== null
    case 'int':
      return Number.isInteger(numberOf(value))
    case 'bool':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value)
    case 'dict':
      return isObject(value)
    default:
      return false
  }
}

/** The body as an object whose known members have the right types and whose `required` ones exist; else 422 (E3). */
export function checkBody(
  body: unknown,
  kinds: Record<string, Kind>,
  required: readonly string[] = [],
): JsonObject {
  if (!isObject(body)) {
    const missing = body === undefined || body === null
    throw new DetailError(422, [
      missing
        ? { type: 'missing', loc: ['body'], msg: 'Field required', input: null }
        : {
            type: 'model_attributes_type',
            loc: ['body'],
            msg: 'Input should be a valid dictionary or object to extract fields from',
            input: body,
          },
    ])
  }
  const detail: unknown[] = []
  for (const name of required) {
    if (body[name] === undefined)
      detail.push({ type: 'missing', loc: ['body', name], msg: 'Field required', input: body })
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const value = body[name]
    if (value === undefined || value === null || fits(kind, value)) continue
    detail.push({ ...problems[kind], loc: ['body', name], input: value })
  }
  if (detail.length > 0) throw new DetailError(422, detail)
  return body
}

/** An integer of the query string within bounds; else 422 (E3). */
export function queryInteger(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name)
  if (text === null) return fallback
  const value = Number(text)
  const loc = ['query', name]
  if (!Number.isInteger(value)) throw new DetailError(422, [{ ...problems.int, loc, input: text }])
  if (value < 1) {
    const msg = 'Input should be greater than or equal to 1'
    throw new DetailError(422, [{ type: 'greater_than_equal', loc, msg, input: text, ctx: { ge: 1 } }])
  }
  if (value > max) {
    const msg = `Input should be less than or equal to ${max}`
    throw new DetailError(422, [{ type: 'less_than_equal', loc, msg, input: text, ctx: { le: max } }])
  }
  return value
}

import { createHash } from 'node:crypto'
import type { Static, TSchema } from '@sinclair/typebox'

/** A statement ready to send. `name` makes PostgreSQL keep the plan; it is derived from the text. */
export interface Query<Row = unknown> {
  readonly text: string
  readonly values: readonly unknown[]
  readonly name: string | undefined
  readonly schema: TSchema | undefined
  /** Only carries the row's type; never set. */
  readonly row?: Row
  readonly parts: Parts
}

interface Parts {
  readonly strings: readonly string[]
  readonly values: readonly unknown[]
}

type Tag<Row> = (strings: TemplateStringsArray, ...values: readonly unknown[]) => Query<Row>

/** Statements composed from fragments have many texts; past this number new ones are sent unnamed. */
const MAX_NAMED_STATEMENTS = 2000
const names = new Map<string, string>()

function nameFor(text: string): string | undefined {
  const known = names.get(text)
  if (known) return known
  if (names.size >= MAX_NAMED_STATEMENTS) return undefined
  const name = createHash('sha1').update(text).digest('base64url')
  names.set(text, name)
  return name
}

const isQuery = (value: unknown): value is Query =>
  typeof value === 'object' && value !== null && 'parts' in value && 'text' in value

/** Splices nested fragments in, so that only plain strings and parameters remain. */
function flatten(strings: readonly string[], values: readonly unknown[]): Parts {
  if (!values.some(isQuery)) return { strings, values }
  const outStrings: string[] = [strings[0] ?? '']
  const outValues: unknown[] = []
  const extend = (text: string) => outStrings.push((outStrings.pop() ?? '') + text)
  values.forEach((value, index) => {
    if (isQuery(value)) {
      value.parts.strings.forEach((text, inner) => {
        if (inner === 0) extend(text)
        else {
          outValues.push(value.parts.values[inner - 1])
          outStrings.push(text)
        }
      })
      extend(strings[index + 1] ?? '')
    } else {
      outValues.push(value)
      outStrings.push(strings[index + 1] ?? '')
    }
  })
  return { strings: outStrings, values: outValues }
}

function compile<Row>(
  schema: TSchema | undefined,
  strings: readonly string[],
  values: readonly unknown[],
): Query<Row> {
  const parts = flatten(strings, values)
  const text = parts.strings.reduce(
    (all, piece, index) => (index === 0 ? piece : `${all}$${index}${piece}`),
    '',
  )
  return { text, values: parts.values, name: nameFor(text), schema, parts }
}

function sqlTag<S extends TSchema>(schema: S): Tag<Static<S>>
function sqlTag(strings: TemplateStringsArray, ...values: readonly unknown[]): Query<unknown>
function sqlTag(first: TSchema | TemplateStringsArray, ...values: readonly unknown[]): unknown {
  if (Array.isArray(first)) return compile(undefined, first, values)
  const schema = first as TSchema
  return (strings: TemplateStringsArray, ...inner: readonly unknown[]) => compile(schema, strings, inner)
}

/** Joins fragments, e.g. the conditions of a `where`. */
function join(fragments: readonly Query[], separator: string): Query {
  const strings = ['', ...fragments.slice(1).map(() => separator), '']
  return compile(undefined, strings, fragments)
}

const isIdentifier = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/

/** A column or table name chosen by our code from an allow-list; anything else is refused. */
function identifier(name: string): Query {
  if (!isIdentifier.test(name)) throw new Error(`not an SQL identifier: ${name}`)
  return compile(undefined, [name], [])
}

/**
 * `sql(RowSchema)\`select ... ${value}\`` makes a query whose rows have the schema's type; `sql\`...\`` one whose rows
 * are not read, or a fragment to nest in another. Values are always sent as parameters.
 */
export const sql = Object.assign(sqlTag, { join, identifier })

/** The pattern for `like` and `ilike` that this text stands anywhere in: what a person types is text and no pattern. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

import fc from 'fast-check'
import type { ApiDocument, Operation, Schema } from './openapi.ts'

/** Text that has broken servers: bytes that cannot be stored, quotes of every language, numbers that are none. */
const EVIL_TEXT = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202egnp.exe',
  '\ufeff',
  '👩‍👩‍👧‍👦',
  `'; drop table users; --`,
  `' or '1'='1`,
  '") or 1=1 --',
  '$1',
  '\\',
  '%',
  '_',
  '%00',
  '%s%n',
  '../../etc/passwd',
  '{{7*7}}',
  '${7*7}',
  '<script>alert(1)</script>',
  'null',
  'undefined',
  'NaN',
  'true',
  '1e999',
  '-0',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(300),
  'é'.repeat(5000),
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '00000000-0000-4000-8000-00000000000g',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00Z',
  '0000-01-01',
  '2026-01-01T00:00:00+99:99',
  'infinity',
] as const

const evilText = fc.oneof(
  fc.constantFrom(...EVIL_TEXT),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const evilNumber = fc.constantFrom(
  0,
  -0,
  -1,
  1,
  0.1,
  1e-9,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53 + 2,
  1e21,
  1.7976931348623157e308,
  -1e308,
  5e-324,
)
const anything: fc.Arbitrary<unknown> = fc.oneof(
  evilText,
  evilNumber,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], ['a'], [5], { a: 1 }, '1e3', '5'),
  fc.object({ maxDepth: 2 }),
)

/** Sometimes ids that exist, so that a request gets past the first look. */
export interface Pool {
  readonly ids: readonly string[]
}

/** Values that mostly fit the schema, at its edges. */
function fitting(document: ApiDocument, schema: Schema, pool: Pool, depth = 0): fc.Arbitrary<unknown> {
  const resolved = document.resolve(schema)
  if (resolved.enum) return fc.constantFrom(...resolved.enum)
  if (resolved.const !== undefined) return fc.constant(resolved.const)
  if (resolved.anyOf && resolved.type === undefined)
    return fc.oneof(...resolved.anyOf.map((one) => near(document, one, pool, depth + 1)))
  const type = Array.isArray(resolved.type) ? String(resolved.type[0]) : resolved.type
  if (type === 'object') return objects(document, resolved, pool, depth)
  if (type === 'array')
    return fc.array(near(document, resolved.items ?? {}, pool, depth + 1), {
      minLength: Math.min(resolved.minItems ?? 0, 3),
      maxLength: 4,
    })
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'integer' || type === 'number') {
    const { minimum = -10, maximum = 1_000_000_000 } = resolved
    const edges = fc.constantFrom(minimum, minimum - 1, minimum + 1, maximum, maximum + 1, maximum - 1)
    return fc.oneof(
      edges,
      fc.integer({ min: Math.ceil(minimum), max: Math.floor(Math.min(maximum, 2_000_000_000)) }),
      fc.double({ min: minimum, max: maximum, noNaN: true }),
    )
  }
  if (type === 'string') return strings(resolved, pool)
  return anything
}

function strings(schema: Schema, pool: Pool): fc.Arbitrary<unknown> {
  if (schema.format === 'uuid')
    return pool.ids.length === 0
      ? fc.uuid()
      : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pool.ids) }, { weight: 1, arbitrary: fc.uuid() })
  if (schema.format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2300-01-01') })
      .map((date) => date.toISOString())
  if (schema.format === 'date')
    return fc
      .date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2300-01-01') })
      .map((date) => date.toISOString().slice(0, 10))
  const { minLength = 0, maxLength = 100 } = schema
  const lengths = fc.constantFrom(
    minLength,
    Math.max(0, minLength - 1),
    maxLength,
    maxLength + 1,
    Math.min(maxLength, minLength + 5),
  )
  return fc.oneof(
    fc.string({ minLength: Math.min(minLength, 50), maxLength: Math.min(maxLength, 60) }),
    lengths.map((length) => 'a'.repeat(Math.min(length, 70_000))),
  )
}

function objects(document: ApiDocument, schema: Schema, pool: Pool, depth: number): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {})
  if (depth > 4) return fc.constant({})
  const fields = Object.fromEntries(
    names.map((name) => [name, near(document, schema.properties?.[name] ?? {}, pool, depth + 1)]),
  )
  const required = (schema.required ?? []).filter((name) => names.includes(name))
  const record = fc.record(fields, { requiredKeys: required })
  return fc.oneof(
    { weight: 8, arbitrary: record },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(record, fc.constantFrom('unknown', 'role', 'id', 'toString'), anything)
        .map(([value, name, extra]) => ({ ...(value as object), [name]: extra })),
    },
  )
}

/** Mostly what fits, sometimes anything at all. */
function near(document: ApiDocument, schema: Schema, pool: Pool, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fitting(document, schema, pool, depth) },
    { weight: 1, arbitrary: anything },
  )
}

export interface FuzzedRequest {
  readonly path: string
  readonly body: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

const asText = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const encoded = (text: string) => {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}

/** Requests to one operation: path, query and body near their schemas, the body now and then broken as text. */
export function requestsOf(
  document: ApiDocument,
  operation: Operation,
  pool: Pool,
): fc.Arbitrary<FuzzedRequest> {
  const inPath = operation.parameters.filter((one) => one.in === 'path')
  const inQuery = operation.parameters.filter((one) => one.in === 'query')
  const params = fc.record(
    Object.fromEntries(inPath.map((one) => [one.name, near(document, one.schema, pool)])),
  )
  const query = fc.record(
    Object.fromEntries(inQuery.map((one) => [one.name, near(document, one.schema, pool)])),
    { requiredKeys: [] },
  )
  const body =
    operation.body === undefined
      ? fc.constant(undefined)
      : near(document, operation.body, pool).chain(brokenNowAndThen)
  const headers = fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record(
        {
          'if-match': fc.constantFrom('"1"', '1', 'W/"1"', '*', '"x"', '', '"99999999999999999999"'),
          'idempotency-key': fc.constantFrom('a', 'b', 'x'.repeat(256), 'ä', ''),
        },
        { requiredKeys: [] },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.record(
        {
          'accept-language': fc.constantFrom('de', '*', 'x'.repeat(500)),
          accept: fc.constantFrom('text/html', '*/*', 'nonsense'),
          'content-type': fc.constantFrom(
            'application/json',
            'application/json; charset=utf-8',
            'text/plain',
            'application/xml',
            'multipart/form-data',
          ),
        },
        { requiredKeys: [] },
      ),
    },
  )
  return fc.record({ params, query, body, headers }).map((made) => {
    const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) =>
      encoded(asText((made.params as Record<string, unknown>)[name])).slice(0, 2000),
    )
    const pairs = Object.entries(made.query as Record<string, unknown>).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) =>
        `${encoded(name)}=${encoded(asText(one))}`.slice(0, 3000),
      ),
    )
    const { body: text } = made
    return {
      path: path + (pairs.length > 0 ? `?${pairs.join('&')}` : ''),
      body: text as string | undefined,
      headers: sendable(made.headers),
    }
  })
}

/** Header values that an HTTP client sends at all. */
const sendable = (headers: object) =>
  Object.fromEntries(
    Object.entries(headers as Record<string, string>).filter(([, value]) =>
      /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
    ),
  )

function brokenNowAndThen(value: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(value) ?? 'null'
  return fc.oneof(
    { weight: 14, arbitrary: fc.constant(text) },
    { weight: 1, arbitrary: fc.nat(text.length).map((length) => text.slice(0, length)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `${text}}`,
        `[${text}]`,
        text.replace(/}$/, ',"__proto__":{"x":1}}'),
        text.replace(/^\{/, '{"a":1,"a":2,'),
        text.replaceAll(/:\d+/g, ':1e999'),
        '',
        'null',
        '\ufeff{}',
      ),
    },
  )
}

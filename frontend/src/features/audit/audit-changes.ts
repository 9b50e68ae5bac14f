export interface Change {
  /** The API's name of the field, with dots where it is inside of another. */
  readonly field: string
  readonly before: unknown
  readonly after: unknown
  readonly kind: 'added' | 'removed' | 'changed'
}

type Facts = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Changes with every write and says nothing. */
const BORING = new Set(['updatedAt', 'version'])

function leaves(value: Facts | null, above = ''): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, inner] of Object.entries(value ?? {})) {
    const field = `${above}${name}`
    if (isObject(inner)) for (const [deeper, leaf] of leaves(inner, `${field}.`)) found.set(deeper, leaf)
    else if (!BORING.has(name)) found.set(field, inner)
  }
  return found
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What is different between two states, field by field; of something new or gone, all that it had. */
export function changesOf(before: Facts | null, after: Facts | null): readonly Change[] {
  const old = leaves(before)
  const fresh = leaves(after)
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((field): Change[] => {
    const change = { field, before: old.get(field), after: fresh.get(field) }
    if (!old.has(field)) return [{ ...change, kind: 'added' }]
    if (!fresh.has(field)) {
      // An entry may record only what became of it: fields that it does not name are as they were.
      return after === null ? [{ ...change, kind: 'removed' }] : []
    }
    return isSame(change.before, change.after) ? [] : [{ ...change, kind: 'changed' }]
  })
}

/** What came and what went of a list of words; undefined for anything else. */
export function listChange(
  before: unknown,
  after: unknown,
): { readonly gone: readonly string[]; readonly come: readonly string[] } | undefined {
  if (!isWords(before) || !isWords(after)) return undefined
  return {
    gone: before.filter((word) => !after.includes(word)),
    come: after.filter((word) => !before.includes(word)),
  }
}

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

import { refusals } from './errors.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a
const MAX_DEPTH = 64
/** Longer strings cannot be one of the fields, even written in escapes. */
const MAX_FIELD_BYTES = 300

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(raw: Buffer, start: number): number {
  let end = raw.indexOf(QUOTE, start + 1)
  for (;;) {
    let slashes = 0
    while (raw[end - 1 - slashes] === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return end
    end = raw.indexOf(QUOTE, end + 1)
  }
}

/**
 * One pass over valid JSON for what its parsed value no longer shows: refuses bodies nested so deeply that somebody behind us
 * would stumble, and bodies that name one of these top-level fields twice, because two readers could believe two values.
 */
export function assertUnambiguous(raw: Buffer, fields: ReadonlySet<string>): void {
  const seen = new Set<string>()
  let depth = 0
  let last = ''
  for (let index = 0; index < raw.length; index += 1) {
    const byte = raw[index] ?? 0
    if (byte === QUOTE) {
      const end = endOfString(raw, index)
      // Parsing undoes escapes such as \u006dodel.
      if (depth === 1 && end - index < MAX_FIELD_BYTES)
        last = JSON.parse(raw.toString('utf8', index, end + 1)) as string
      index = end
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
      if (depth > MAX_DEPTH) throw refusals.invalid(`The body is nested more than ${MAX_DEPTH} levels deep.`)
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1
    else if (byte === COLON && depth === 1) {
      if (fields.has(last) && seen.has(last))
        throw refusals.invalid(`The field '${last}' stands twice.`, last)
      seen.add(last)
    }
  }
}

import { ApplicationError } from '#platform/errors'

const MAX_DEPTH = 32
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

const malformed = (message: string) => new ApplicationError('MALFORMED_BODY', message)

/** Text that PostgreSQL cannot hold is refused at the door: NUL, and halves of surrogate pairs. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !LONE_SURROGATE.test(text)
}

/**
 * Parses a JSON body strictly: no duplicate keys, bounded depth, no prototype tricks, no text that cannot be stored.
 * Throws 400 `MALFORMED_BODY`.
 */
export function parseJsonBody(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('The body is not valid JSON.')
  }
  scan(text)
  return value
}

/** One pass over the text for what a parsed value no longer shows. The text is known to be valid JSON. */
function scan(text: string): void {
  const seen: Array<Set<string> | undefined> = []
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '{' || character === '[') {
      if (seen.length >= MAX_DEPTH) throw malformed(`The body is nested more than ${MAX_DEPTH} levels deep.`)
      seen.push(character === '{' ? new Set() : undefined)
    } else if (character === '}' || character === ']') seen.pop()
    else if (character === '"') {
      const end = endOfString(text, index)
      const literal = JSON.parse(text.slice(index, end + 1)) as string
      if (!isStorableText(literal)) throw malformed('The body holds text that cannot be stored.')
      if (isKey(text, end)) refuseKey(literal, seen.at(-1))
      index = end
    }
  }
}

function refuseKey(key: string, siblings: Set<string> | undefined): void {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype')
    throw new ApplicationError('VALIDATION_ERROR', `The field '${key}' is not known here.`, {
      details: { field: key },
    })
  if (siblings?.has(key))
    throw new ApplicationError('VALIDATION_ERROR', `The field '${key}' stands twice.`, {
      details: { field: key },
    })
  siblings?.add(key)
}

function endOfString(text: string, start: number): number {
  let index = start + 1
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1
  return index
}

function isKey(text: string, end: number): boolean {
  let index = end + 1
  while (' \t\r\n'.includes(text[index] ?? '-')) index += 1
  return text[index] === ':'
}

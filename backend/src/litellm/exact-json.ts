/** The numbers of these fields are read as decimal text: a float in between would already have changed the price. */
const EXACT_FIELD = /cost|^spend$|budget$/

/**
 * JSON.parse, except that numbers in money fields arrive as the text that was sent (`"1.5e-07"`).
 * Throws SyntaxError like JSON.parse.
 */
export function parseExactJson(text: string): unknown {
  const reviver = (key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && EXACT_FIELD.test(key) ? (context?.source ?? String(value)) : value
  return JSON.parse(text, reviver) as unknown
}

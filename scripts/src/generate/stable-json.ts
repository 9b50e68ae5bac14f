const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries: [string, unknown][] = Object.entries(value)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** JSON text that depends on the content only: keys sorted at every depth, arrays as they are, final newline. */
export const stableJson = (value: unknown): string => `${JSON.stringify(sorted(value), null, 2)}\n`

/** Pure: what an answer with vectors holds, and how alike two of them are. */

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number')

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

export function vectorsOf(answer: unknown): { vectors: readonly number[][]; tokens: number } {
  const { data, usage } = fieldsOf(answer)
  const vectors = (Array.isArray(data) ? data : []).map((one: unknown) => fieldsOf(one)['embedding'])
  const tokens = fieldsOf(usage)['prompt_tokens']
  return { vectors: vectors.filter(isNumbers), tokens: typeof tokens === 'number' ? tokens : 0 }
}

const product = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)

/** The cosine of the angle between two vectors; 1 for the same direction. */
export function similarity(a: readonly number[], b: readonly number[]): number {
  const lengths = Math.sqrt(product(a, a) * product(b, b))
  return lengths === 0 ? 0 : product(a, b) / lengths
}

const KIBI = 1024

/** Context sizes as people say them, the same in every language: 128K, 1M. */
export function tokenCount(tokens: number): string {
  if (tokens >= 1_000_000)
    return `${rounded(tokens / (tokens % (KIBI * KIBI) === 0 ? KIBI * KIBI : 1_000_000))}M`
  if (tokens < 1000) return String(tokens)
  return `${rounded(tokens / (tokens % KIBI === 0 ? KIBI : 1000))}K`
}

const rounded = (value: number) => String(Math.round(value * 10) / 10)

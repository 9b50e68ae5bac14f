interface Known {
  readonly day: string
  readonly completeness: 'complete' | 'partial' | 'unknown'
}

/** How many days are known to lack calls, and since when nobody has looked yet. */
export function knownUntil(days: readonly Known[]): {
  readonly partial: number
  readonly firstUnknown: string | undefined
} {
  return {
    partial: days.filter(({ completeness }) => completeness === 'partial').length,
    firstUnknown: days.find(({ completeness }) => completeness === 'unknown')?.day,
  }
}

/** A picture of an answer: its bytes, which can be shown, or where it lies. */
export interface Picture {
  readonly src: string
  /** The page may show it; other servers' pictures it may not. */
  readonly isHere: boolean
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

/** By the first characters of what base64 makes of their signatures. */
const kinds: ReadonlyArray<readonly [start: string, type: string]> = [
  ['/9j/', 'jpeg'],
  ['UklGR', 'webp'],
  ['R0lGOD', 'gif'],
]

export function picturesOf(answer: unknown): readonly Picture[] {
  const { data } = fieldsOf(answer)
  return (Array.isArray(data) ? data : []).flatMap((one: unknown): Picture[] => {
    const { b64_json: bytes, url } = fieldsOf(one)
    if (typeof bytes === 'string') {
      const type = kinds.find(([start]) => bytes.startsWith(start))?.[1] ?? 'png'
      return [{ src: `data:image/${type};base64,${bytes}`, isHere: true }]
    }
    if (typeof url === 'string' && /^https?:\/\//.test(url)) return [{ src: url, isHere: false }]
    return []
  })
}

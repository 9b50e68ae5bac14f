/** What the server takes; it looks into the file itself as well. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml'] as const
export const MOST_BYTES = 2 * 1024 * 1024

/** What is wrong with a file before it is sent; undefined when nothing is. */
export function objectionTo(file: Pick<File, 'type' | 'size'>): 'type' | 'size' | undefined {
  if (!imageTypes.some((type) => type === file.type)) return 'type'
  return file.size > MOST_BYTES ? 'size' : undefined
}

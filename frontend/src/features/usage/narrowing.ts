export interface Option {
  readonly id: string
  readonly name: string | null
  readonly requests: number
}

/** The first options with the text in their name, and how many more there are. */
export function fitting(
  options: readonly Option[],
  text: string,
  most: number,
): { readonly shown: readonly Option[]; readonly left: number } {
  const wanted = text.trim().toLocaleLowerCase()
  const found = options.filter(({ id, name }) => (name ?? id).toLocaleLowerCase().includes(wanted))
  return { shown: found.slice(0, most), left: Math.max(0, found.length - most) }
}

/** Addresses and CIDR blocks as people write them: one in a line, or with commas. Nothing written means everywhere. */
export function readIpList(text: string): readonly string[] | null {
  const list = text.split(/[\s,;]+/).filter((one) => one !== '')
  return list.length === 0 ? null : list
}

export const writeIpList = (list: readonly string[] | null): string => (list ?? []).join('\n')

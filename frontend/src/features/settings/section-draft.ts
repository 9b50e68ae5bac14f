/** Of a form's values those that differ from what was read. */
export function changedValues<V extends object>(before: V, after: V): Partial<V> {
  const old = new Map<string, unknown>(Object.entries(before))
  const changed = Object.entries(after).filter(([name, value]) => old.get(name) !== value)
  return Object.fromEntries(changed) as Partial<V>
}

export const isChanged = <V extends object>(before: V, after: V): boolean =>
  Object.keys(changedValues(before, after)).length > 0

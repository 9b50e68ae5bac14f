import { useSyncExternalStore } from 'react'

/** PatternFly's `md`. */
const wide = matchMedia('(min-width: 48rem)')

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener)
  return () => wide.removeEventListener('change', listener)
}

/** A phone: what is a menu of its own elsewhere moves into the account menu. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => !wide.matches)

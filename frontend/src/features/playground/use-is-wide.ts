import { useSyncExternalStore } from 'react'

// As wide as the style sheet says.
const query = matchMedia('(min-width: 75rem)')

const subscribe = (listener: () => void) => {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Whether settings stand beside the conversation. */
export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => query.matches)

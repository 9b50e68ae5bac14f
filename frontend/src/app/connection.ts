import { useEffect, useState, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let isUp = true

/** Whether events arrive; `LiveUpdates` says it, the masthead shows it. */
export const liveConnection = {
  set(next: boolean) {
    if (next === isUp) return
    isUp = next
    for (const listener of listeners) listener()
  },
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
}

/** A server that restarts, or a rights change, breaks the stream for a moment: nobody needs to know. */
const PATIENCE_MS = 4000

/** True only when the loss has lasted long enough to matter. */
export function useIsConnectionLost(): boolean {
  const isConnected = useSyncExternalStore(liveConnection.subscribe, () => isUp)
  const [isLost, setIsLost] = useState(false)
  useEffect(() => {
    if (isConnected) return setIsLost(false)
    const timer = setTimeout(() => setIsLost(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [isConnected])
  return isLost
}

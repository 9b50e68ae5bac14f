const KEY = 'litemaas.reloaded-at'
const LEAST_PAUSE_MS = 60_000

/** Where the time of the last reload is kept; it ends with the tab. */
type Memory = Pick<Storage, 'getItem' | 'setItem'>

/** Once a minute at most: a file that stays away must not make a page that reloads for ever. */
export function mayReload(memory: Memory, now: number): boolean {
  const last = Number(memory.getItem(KEY) ?? '0')
  if (now - last < LEAST_PAUSE_MS) return false
  memory.setItem(KEY, String(now))
  return true
}

/** After an update the server has no longer the files that an open tab knows of. The new page does. */
export function reloadWhenFilesAreGone(): void {
  addEventListener('vite:preloadError', (event) => {
    if (!mayReload(sessionStorage, Date.now())) return
    event.preventDefault()
    location.reload()
  })
}

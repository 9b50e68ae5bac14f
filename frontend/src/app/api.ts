import { createApi, ApiError } from '@litemaas/client'
import { currentLanguage } from '../i18n/index.ts'

const expiryListeners = new Set<() => void>()

/** Told when the server does not know the session any more. */
export function onSessionExpired(listener: () => void): () => void {
  expiryListeners.add(listener)
  return () => void expiryListeners.delete(listener)
}

let isLeaving = false

/** Whoever leaves on purpose is not told that the session has ended. */
export async function leaveQuietly(leave: () => Promise<void>): Promise<void> {
  isLeaving = true
  try {
    await leave()
  } finally {
    isLeaving = false
  }
}

/** The API at this very origin, by the session cookie. No token is ever in reach of a script. */
export const api = createApi({
  fetch: async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('accept-language', currentLanguage())
    const response = await fetch(input, { ...init, headers })
    if (response.status === 401 && !isLeaving) for (const listener of expiryListeners) listener()
    return response
  },
})

export { ApiError }

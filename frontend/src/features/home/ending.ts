const SOON_MS = 7 * 86_400_000

/** Within a week, as the server counts `expiringSoon`. */
export const isEndingSoon = (expiresAt: string | null, now: Date): expiresAt is string =>
  expiresAt !== null && Date.parse(expiresAt) - now.getTime() < SOON_MS

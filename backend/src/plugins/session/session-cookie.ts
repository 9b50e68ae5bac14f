/** How the session's cookie is called and flagged, and how long a session lives: unused, and at most. */
export interface SessionCookie {
  readonly name: string
  readonly flags: {
    readonly path: '/'
    readonly httpOnly: true
    readonly sameSite: 'lax'
    readonly secure: boolean
  }
  readonly idleMs: number
  readonly lifeMs: number
}

export const SESSION_IDLE_MS = 12 * 60 * 60 * 1000
const SESSION_LIFE_MS = 7 * 24 * 60 * 60 * 1000

/**
 * Name and flags follow the public URL: https pins the cookie to this host (`__Host-`); plain http, which the
 * configuration allows on a loopback host only, can do neither. Lax, not strict: the provider's redirect back to us
 * comes from another site.
 */
export function sessionCookieFor(publicUrl: string): SessionCookie {
  const secure = new URL(publicUrl).protocol === 'https:'
  return {
    name: secure ? '__Host-litemaas' : 'litemaas',
    flags: { path: '/', httpOnly: true, sameSite: 'lax', secure },
    idleMs: SESSION_IDLE_MS,
    lifeMs: SESSION_LIFE_MS,
  }
}

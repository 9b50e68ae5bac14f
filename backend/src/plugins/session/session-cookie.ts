/** How the session's cookie is called and flagged; times in milliseconds. */
export interface SessionCookie {
  readonly name: string
  readonly flags: { readonly path: '/'; readonly httpOnly: true; readonly sameSite: 'lax'; readonly secure: boolean }
}

export const SESSION_IDLE_MS = 12 * 60 * 60 * 1000
export const SESSION_LIFE_MS = 7 * 24 * 60 * 60 * 1000

/**
 * Name and flags follow the public URL: https pins the cookie to this host (`__Host-`); plain http, which the
 * configuration allows on a loopback host only, can do neither. Lax, not strict: the provider's redirect back to us
 * comes from another site.
 */
export function sessionCookieFor(publicUrl: string): SessionCookie {
  const secure = new URL(publicUrl).protocol === 'https:'
  return { name: secure ? '__Host-litemaas' : 'litemaas', flags: { path: '/', httpOnly: true, sameSite: 'lax', secure } }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Loopback addresses may send the browser back on any port: tests and second servers choose theirs freely. */
export function isAllowedRedirect(value: string, alsoAllowed: readonly string[]): boolean {
  if (alsoAllowed.includes(value)) return true
  const url = URL.parse(value)
  if (!url || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    LOOPBACK.has(url.hostname) &&
    url.pathname === '/api/auth/callback'
  )
}

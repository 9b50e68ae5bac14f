/** What belongs to programs; an unknown address among these is theirs to hear of. */
const NOT_PAGES = ['/api', '/v1', '/docs', '/openapi.json', '/health', '/metrics', '/.well-known', '/assets']

/** Whether a browser that opens this address is to be shown the console. */
export function asksForPage(url: string, accept: string | undefined): boolean {
  if (accept === undefined || !/\btext\/html\b/i.test(accept)) return false
  const path = pathOf(url)
  return path !== undefined && !NOT_PAGES.some((one) => path === one || path.startsWith(`${one}/`))
}

/** As the router reads it: `/%61pi/x` is no way around. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0] ?? '').toLowerCase()
  } catch {
    return undefined
  }
}

/** A file of the build's one flat folder, when that is what is asked for. */
export const nameOfAsset = (rest: string): string | undefined =>
  /^[\w-][\w.~-]*$/.test(rest) && !rest.includes('..') ? rest : undefined

/** A file beside the page: its icon, the licences of what it is made of. */
export const nameOfTopFile = (rest: string): string | undefined =>
  /^[a-z][\w-]*\.(?:svg|png|ico|txt|md|webmanifest)$/i.test(rest) ? rest : undefined

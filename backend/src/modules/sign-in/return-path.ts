/**
 * Segments of letters, digits, hyphens and underscores, and perhaps a list's state behind a question mark: no host, no scheme,
 * no escapes in the path, nothing that a browser reads otherwise.
 */
const PAGE = /^\/(?:[A-Za-z0-9_-]{1,64}(?:\/[A-Za-z0-9_-]{1,64}){0,7})?(?:\?[A-Za-z0-9_.~*=&%+-]{1,500})?$/
const NOT_PAGES = /^\/(?:api|v1)(?:[/?]|$)/

/** Where to go after signing in: a page of the console, or its start for anything else. Never a URL. */
export function returnPathOf(wanted: string | undefined): string {
  return wanted !== undefined && PAGE.test(wanted) && !NOT_PAGES.test(wanted) ? wanted : '/'
}

/** Only pages of this console: the server says a path, and nothing else is followed. */
export function pageOfLink(link: string | null): string | undefined {
  return link !== null && /^\/(?![/\\])/.test(link) ? link : undefined
}

/** The same for the router, which takes path and search apart. */
export function routeOf(page: string): { to: string; search: Readonly<Record<string, string>> } {
  const [to = '/', search = ''] = page.split('?')
  return { to, search: Object.fromEntries(new URLSearchParams(search)) }
}

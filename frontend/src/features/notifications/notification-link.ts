/** Only pages of this console: the server says a path, and nothing else is followed. */
export function pageOfLink(link: string | null): string | undefined {
  return link !== null && /^\/(?![/\\])/.test(link) ? link : undefined
}

interface Cookie {
  value: string
  path: string
}

const MAX_REDIRECTS = 15

/** As much of a browser as signing in needs: cookies per host, redirects followed one by one. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, Cookie>>()

  #store(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const split = pair.indexOf('=')
      const name = pair.slice(0, split)
      const value = pair.slice(split + 1)
      const attribute = (wanted: string): string | undefined =>
        attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
      // Cookies do not know ports: two servers on one host share them, as in a real browser.
      const jar = this.#cookies.get(url.hostname) ?? new Map<string, Cookie>()
      this.#cookies.set(url.hostname, jar)
      const expires = attribute('expires')
      const isGone =
        attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now())
      if (isGone) jar.delete(name)
      else jar.set(name, { value, path: attribute('path') ?? '/' })
    }
  }

  #cookieHeader(url: URL): string {
    const inPath = (path: string): boolean =>
      url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
    return [...(this.#cookies.get(url.hostname) ?? [])]
      .filter(([, cookie]) => inPath(cookie.path))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ')
  }

  /** One request without following redirects; cookies are sent and kept. */
  async request(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address)
    const headers = new Headers(init.headers)
    const cookies = this.#cookieHeader(url)
    if (cookies !== '') headers.set('cookie', cookies)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    this.#store(url, response.headers)
    return response
  }

  /**
   * Opens a page and follows redirects while `follow` allows the next address. Answers the last response and
   * the address it came from, or, when stopped, the redirect and the address not opened.
   */
  async open(
    address: string | URL,
    follow: (next: URL) => boolean = () => true,
  ): Promise<{ response: Response; url: URL }> {
    let url = new URL(address)
    for (let hops = 0; hops < MAX_REDIRECTS; hops += 1) {
      const response = await this.request(url)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) return { response, url }
      url = new URL(location, url)
      if (!follow(url)) return { response, url }
      await response.body?.cancel()
    }
    throw new Error(`${String(address)} redirects without end.`)
  }
}

import { Client, type Answer } from './client.ts'

/** Somebody's browser at our server: keeps cookies, follows no redirect by itself, says where its requests come from. */
export class Browser {
  readonly cookies: Map<string, string>
  readonly #base: string

  constructor(base: string, cookies: ReadonlyMap<string, string> = new Map()) {
    this.#base = base
    this.cookies = new Map(cookies)
  }

  /** Another window with the same cookies, which then goes its own way. */
  copy(): Browser {
    return new Browser(this.#base, this.cookies)
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await new Client(this.#base).request(method, path, body, {
      'sec-fetch-site': 'same-origin',
      ...(cookie === '' ? {} : { cookie }),
      ...headers,
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, pair.slice(name.length + 1))
    }
    return answer
  }

  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('GET', path, undefined, headers)
  }

  /** Goes to the provider and answers the path, with its query, to which the provider sends the browser back. */
  async comeBack(username: string, query = ''): Promise<string> {
    const start = await this.get(`/api/auth/login?login_hint=${username}${query}`)
    if (start.status !== 302)
      throw new Error(`the login answered ${start.status}: ${JSON.stringify(start.body)}`)
    return throughProvider(start.headers.get('location') ?? '')
  }

  async signIn(username: string, query = ''): Promise<Answer> {
    return this.get(await this.comeBack(username, query))
  }
}

/** Follows a provider's redirects, with the provider's own cookies, until it names our callback. */
export async function throughProvider(start: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  for (let hops = 0; hops < 10; hops += 1) {
    if (url.pathname === '/api/auth/callback') return url.pathname + url.search
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`the provider answered ${response.status} at ${url.pathname}`)
    url = new URL(location, url)
  }
  throw new Error('the provider redirects without end')
}

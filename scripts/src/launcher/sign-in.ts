import { setTimeout as sleep } from 'node:timers/promises'
import { Browser } from './browser.ts'

const MAX_WAITS = 3

/** Waits as long as a 429 asks for; answers whether it did. */
async function hasWaited(response: Response, onWait: (seconds: number) => void): Promise<boolean> {
  if (response.status !== 429) return false
  const seconds = Math.min(Math.max(Number(response.headers.get('retry-after')) || 1, 1), 61)
  onWait(seconds)
  await response.body?.cancel()
  await sleep(seconds * 1000)
  return true
}

/**
 * Signs in through the local identity provider, as a browser would, and mints a bearer token. Where the server limits
 * sign-ins it waits as long as it is told to, and calls `onWait` before.
 * @throws Error with one sentence when the server, the provider or the person is not there.
 */
export async function mintToken(
  baseUrl: string,
  person: string,
  onWait: (seconds: number) => void = () => undefined,
): Promise<string> {
  const base = new URL(baseUrl)
  const browser = new Browser()
  const login = new URL('/api/auth/login', base)
  login.searchParams.set('login_hint', person)
  let publicOrigin = base.origin

  const open = async (address: URL): Promise<{ response: Response; url: URL }> =>
    browser.open(address, (next) => {
      // The server says under which name the world knows it; here it is reached under its own.
      const callback = next.searchParams.get('redirect_uri')
      if (callback !== null) publicOrigin = new URL(callback).origin
      return next.origin !== publicOrigin && next.origin !== base.origin
    })

  const openLogin = async (): Promise<{ response: Response; url: URL }> =>
    open(login).catch((cause: unknown) => {
      throw new Error(`Nothing answers at ${base.origin}: is LiteMaaS running there?`, { cause })
    })
  const repeated = async <T extends Response | { response: Response }>(
    attempt: () => Promise<T>,
  ): Promise<T> => {
    for (let waits = 0; ; waits += 1) {
      const result = await attempt()
      const response = result instanceof Response ? result : result.response
      if (waits >= MAX_WAITS || !(await hasWaited(response, onWait))) return result
    }
  }

  const first = await repeated(openLogin)
  const { url } = first
  if (url.pathname !== '/api/auth/callback') {
    const problem = first.response.ok
      ? `the identity provider does not know “${person}”, or wants a click or a password`
      : `${String(first.response.status)} at ${url.origin}${url.pathname}`
    throw new Error(`Signing in as ${person} did not work: ${problem}.`)
  }
  const failure = url.searchParams.get('error')
  if (failure !== null) throw new Error(`The identity provider refused: ${failure}.`)

  const callback = await repeated(async () => browser.request(new URL(url.pathname + url.search, base)))
  if (callback.status >= 400) {
    throw new Error(`Signing in as ${person} did not work: ${await describe(callback)}`)
  }
  const answer = await repeated(async () =>
    browser.request(new URL('/api/auth/token', base), {
      method: 'POST',
      headers: { origin: publicOrigin, accept: 'application/json' },
    }),
  )
  if (!answer.ok) throw new Error(`No token for ${person}: ${await describe(answer)}`)
  const { data } = (await answer.json()) as { data: { accessToken: string } }
  return data.accessToken
}

async function describe(response: Response): Promise<string> {
  const text = await response.text()
  return `${String(response.status)} ${text.slice(0, 500)}`
}

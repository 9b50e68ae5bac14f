/** An answer, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The parsed body; a string when it is not JSON. */
  // Bodies are looked into by tests field by field; a test that reads a missing field fails by itself.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

type Headers_ = Readonly<Record<string, string>>

/** Somebody who calls the API over HTTP. */
export class Client {
  readonly #base: string
  readonly #headers: Headers_

  constructor(base: string, headers: Headers_ = {}) {
    this.#base = base
    this.#headers = headers
  }

  with(headers: Headers_): Client {
    return new Client(this.#base, { ...this.#headers, ...headers })
  }

  async request(method: string, path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(this.#base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.#headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    })
    const isEndless = method === 'GET' && response.headers.get('content-type')?.includes('text/event-stream')
    const text = isEndless === true ? await firstPart(response) : await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }

  get(path: string, headers?: Headers_): Promise<Answer> {
    return this.request('GET', path, undefined, headers)
  }
  post(path: string, body?: unknown, headers?: Headers_): Promise<Answer> {
    return this.request('POST', path, body, headers)
  }
  put(path: string, body?: unknown, headers?: Headers_): Promise<Answer> {
    return this.request('PUT', path, body, headers)
  }
  patch(path: string, body?: unknown, headers?: Headers_): Promise<Answer> {
    return this.request('PATCH', path, body, headers)
  }
  delete(path: string, headers?: Headers_): Promise<Answer> {
    return this.request('DELETE', path, undefined, headers)
  }
}

/** Of a stream that has no end: what comes first; then the client goes away. */
async function firstPart(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const part = await reader?.read()
  await reader?.cancel()
  return Buffer.from(part?.value ?? []).toString()
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

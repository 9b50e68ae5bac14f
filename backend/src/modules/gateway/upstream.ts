import { Pool } from 'undici'

export interface UpstreamOptions {
  readonly url: string
  readonly timeoutSeconds: number
  readonly maxConnections: number
}

/** A warm pool of connections to the proxy, for calls only; administration has its own. */
export class Upstream {
  readonly pool: Pool
  readonly #prefix: string

  constructor(options: UpstreamOptions) {
    const url = new URL(options.url)
    this.#prefix = url.pathname.replace(/\/$/, '')
    this.pool = new Pool(url.origin, {
      connections: options.maxConnections,
      pipelining: 1,
      connect: { timeout: 3000 },
      keepAliveTimeout: 30_000,
      headersTimeout: options.timeoutSeconds * 1000,
      bodyTimeout: options.timeoutSeconds * 1000,
    })
  }

  path(path: string): string {
    return this.#prefix + path
  }

  close(): Promise<void> {
    return this.pool.destroy()
  }
}

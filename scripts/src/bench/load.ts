import { createRequire } from 'node:module'
import type autocannonType from 'autocannon'
import type { Result } from 'autocannon'
import { Client } from 'undici'
import { bodies, PATH, type Kind } from './calls.ts'

// It is CommonJS whose types do not say so.
const autocannon = createRequire(import.meta.url)('autocannon') as typeof autocannonType

interface Aim {
  readonly url: string
  readonly kind: Kind
  readonly authorization: string
}

export interface ThroughputRun extends Aim {
  readonly task: 'throughput'
  readonly connections: number
  /** Requests to complete: none is cut off, so what was called can be compared with what was booked. */
  readonly amount: number
}

export interface Throughput {
  readonly completed: number
  readonly failed: number
  readonly requestsPerSecond: number
}

export interface LatencyRun extends Aim {
  readonly task: 'latency'
  readonly amount: number
}

/** Milliseconds of each request at one connection: until the first byte of the body, and until the last. */
export interface Latency {
  readonly first: readonly number[]
  readonly last: readonly number[]
}

const headersOf = (aim: Aim) => ({
  authorization: aim.authorization,
  'content-type': 'application/json',
  accept: aim.kind === 'sse' ? 'text/event-stream' : 'application/json',
})

export async function runThroughput(run: ThroughputRun): Promise<Throughput> {
  const clock = new MiddleClock(run.amount)
  const result = await new Promise<Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: run.url + PATH,
        method: 'POST',
        headers: headersOf(run),
        body: bodies[run.kind],
        connections: run.connections,
        amount: run.amount,
        timeout: 30,
        // It notices only at these ticks that it is done.
        sampleInt: 50,
      },
      (error: Error | null, outcome: Result) => (error ? reject(error) : resolve(outcome)),
    )
    instance.on('response', () => clock.count())
  })
  const failed = result.non2xx + result.errors + result.timeouts
  return { completed: result['2xx'], failed, requestsPerSecond: clock.perSecond() }
}

/** Times the middle nine tenths of a run: at its ends not all connections are at work. */
class MiddleClock {
  readonly #from: number
  readonly #to: number
  #counted = 0
  #startedAt = 0
  #endedAt = 0

  constructor(amount: number) {
    this.#from = Math.max(1, Math.floor(amount * 0.05))
    this.#to = Math.max(this.#from + 1, Math.ceil(amount * 0.95))
  }

  count(): void {
    this.#counted += 1
    if (this.#counted === this.#from) this.#startedAt = performance.now()
    else if (this.#counted === this.#to) this.#endedAt = performance.now()
  }

  perSecond(): number {
    return ((this.#to - this.#from) * 1000) / (this.#endedAt - this.#startedAt)
  }
}

export async function runLatency(run: LatencyRun): Promise<Latency> {
  const client = new Client(run.url, { pipelining: 1 })
  const first: number[] = []
  const last: number[] = []
  try {
    for (let count = 0; count < run.amount; count += 1) {
      const times = await callOnce(client, run)
      first.push(times.first)
      last.push(times.last)
    }
  } finally {
    await client.close()
  }
  return { first, last }
}

function callOnce(client: Client, aim: Aim): Promise<{ first: number; last: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    let first = 0
    let status = 0
    client.dispatch(
      { path: PATH, method: 'POST', headers: headersOf(aim), body: bodies[aim.kind] },
      {
        onRequestStart: () => undefined,
        onResponseStart(_controller, code) {
          status = code
        },
        onResponseData() {
          if (first === 0) first = performance.now() - started
        },
        onResponseEnd() {
          const last = performance.now() - started
          if (status === 200) resolve({ first, last })
          else reject(new Error(`${aim.url} answered ${String(status)}`))
        },
        onResponseError(_controller, error) {
          reject(error)
        },
      },
    )
  })
}

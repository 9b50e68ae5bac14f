import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Whether nothing listens on this loopback port. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen(port, host, () => probe.close(() => done(true)))
  })
}

/**
 * Below the ports that systems hand to outgoing connections (from 32768 on Linux, 49152 elsewhere): a port from there that
 * is free now may carry somebody's connection a moment later, before its server has begun to listen.
 */
const FIRST = 12_000
const LAST = 32_000
const MAX_TRIES = 100

/** A loopback port that was free a moment ago. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(FIRST, LAST)
    if (await isPortFree(port, host)) return port
  }
  throw new Error(`No free port between ${String(FIRST)} and ${String(LAST)} was found on ${host}.`)
}

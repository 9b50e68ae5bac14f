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
 * is free now may carry somebody's connection a moment later, before its server has begun to listen. Each process takes
 * from a stretch of its own, one after the other, so that two that start servers at the same time do not meet.
 */
const FIRST = 12_000
const STRETCH = 100
const STRETCHES = 200
const own = FIRST + (process.pid % STRETCHES) * STRETCH
let taken = randomInt(STRETCH)

/** A loopback port that was free a moment ago. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < STRETCH; tries += 1) {
    taken += 1
    const port = own + (taken % STRETCH)
    if (await isPortFree(port, host)) return port
  }
  throw new Error(`No free port from ${String(own)} to ${String(own + STRETCH - 1)} was found on ${host}.`)
}

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errors, exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OutsideKeys } from './outside-keys.ts'

const MINUTE_MS = 60_000

async function pair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
  return { jwk, token: await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey) }
}

/** An issuer whose published keys change, and a clock that is moved by hand. */
async function issuer(first: JWK) {
  const published = { keys: [first], isAway: false, hits: 0 }
  const server = createServer((_request, response) => {
    published.hits += 1
    response.writeHead(published.isAway ? 500 : 200).end(JSON.stringify({ keys: published.keys }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const keys = new OutsideKeys(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return { published, isGood: (token: string) => jwtVerify(token, keys.find) }
}

test('a new key is known half a minute after the last look, and a withdrawn one no longer', async () => {
  const [old, next] = [await pair('old'), await pair('next')]
  const { published, isGood } = await issuer(old.jwk)
  await isGood(old.token)
  published.keys = [old.jwk, next.jwk]
  await expect(isGood(next.token)).rejects.toThrow(errors.JWKSNoMatchingKey)
  expect(published.hits).toBe(1)
  vi.advanceTimersByTime(MINUTE_MS / 2)
  await Promise.all([isGood(next.token), isGood(old.token)])
  expect(published.hits).toBe(2)
  published.keys = [next.jwk]
  vi.advanceTimersByTime(61 * MINUTE_MS)
  await isGood(next.token)
  await expect(isGood(old.token)).rejects.toThrow(errors.JWKSNoMatchingKey)
})

test('an outage is outlived for an hour, and then is 503 and no “unauthorized”', async () => {
  const [known, unknown] = [await pair('known'), await pair('unknown')]
  const { published, isGood } = await issuer(known.jwk)
  await isGood(known.token)
  published.isAway = true
  vi.advanceTimersByTime(59 * MINUTE_MS)
  await isGood(known.token)
  vi.advanceTimersByTime(MINUTE_MS)
  await expect(isGood(unknown.token)).rejects.toMatchObject({ statusCode: 503 })
  vi.advanceTimersByTime(2 * MINUTE_MS)
  await expect(isGood(known.token)).rejects.toMatchObject({ statusCode: 503 })
  published.isAway = false
  vi.advanceTimersByTime(MINUTE_MS)
  await isGood(known.token)
})

import type { FastifyInstance } from 'fastify'
import { callerOfSession, type Identity, type RequestFacts } from '#identity'
import type { Clock } from '#platform/clock'
import type { Caller } from '#platform/services'
import type { OutsideTokens } from './outside-tokens.ts'
import type { ServiceTokens } from './service-tokens.ts'
import { hasSoundTimes, readToken, type UnverifiedToken } from './token-shape.ts'

/** Resolves a bearer token to its caller; undefined for every token that is not valid here and now. */
export interface TokenVerifier {
  /** Rejects with 403 for a good token of somebody who is no member here, or from a wrong address; with 503 when nobody can tell. */
  resolve(token: string, facts: RequestFacts): Promise<Caller | undefined>
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** The issuer says whose token it claims to be; only that issuer's keys are then tried. */
export function createTokenVerifier(
  app: FastifyInstance,
  parts: { identity: Identity; outside: OutsideTokens; machines: ServiceTokens; clock: Clock },
): TokenVerifier {
  const { identity, outside, machines, clock } = parts
  return {
    async resolve(token, facts) {
      const read = readToken(token)
      if (!read || !hasSoundTimes(read.payload, clock.now().getTime())) return undefined
      if (read.payload['iss'] !== machines.issuer) return outside.resolve(token, read, facts)
      if (read.payload['aud'] === machines.audience) return machines.resolve(token, facts)
      return isOurs(app, token, read) ? resolveOurs(identity, read.payload, facts) : undefined
    },
  }
}

function isOurs(app: FastifyInstance, token: string, { header }: UnverifiedToken): boolean {
  if (header['typ'] !== 'at+jwt' || Object.keys(header).some((name) => name !== 'alg' && name !== 'typ'))
    return false
  try {
    app.jwt.verify(token)
    return true
  } catch {
    return false
  }
}

/** Ours are tied to a live session: signing out, demotion and deactivation end them within a second. */
async function resolveOurs(
  identity: Identity,
  payload: UnverifiedToken['payload'],
  facts: RequestFacts,
): Promise<Caller | undefined> {
  const { sub, sid, aud, organizationId = null } = payload
  if (typeof sub !== 'string' || typeof sid !== 'string' || !UUID.test(sid) || typeof aud !== 'string')
    return undefined
  if (organizationId !== null && typeof organizationId !== 'string') return undefined
  const session = await identity.resolveSessionById(sid)
  return session?.userId === sub ? callerOfSession(session, 'token', organizationId, facts) : undefined
}

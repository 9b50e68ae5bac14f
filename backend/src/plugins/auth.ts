import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { callerOfApiKey, ChangeFeed, Identity, KeyDigester, type KnownApiKey } from '#identity'
import { systemClock } from '#platform/clock'
import type { ApplicationError } from '#platform/errors'
import { asUnavailable } from '#platform/database'
import { Periodic } from '#platform/jobs'
import type { Caller } from '#platform/services'
import { readOutsideIssuers, type OutsideIssuer } from './auth/outside-issuers.ts'
import { OutsideTokens } from './auth/outside-tokens.ts'
import { ServiceClientActivity } from './auth/service-client-activity.ts'
import { ServiceTokens, TurnedAway } from './auth/service-tokens.ts'
import { CLOCK_TOLERANCE_SECONDS } from './auth/token-shape.ts'
import { createTokenVerifier, type TokenVerifier } from './auth/tokens.ts'
import { ConfigurationError, type Config } from './env/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly identity: Identity
    readonly tokens: TokenVerifier
    /** Tokens of machines; the room that gives them out makes them here. */
    readonly serviceTokens: ServiceTokens
    readonly serviceClientActivity: ServiceClientActivity
  }
  interface FastifyRequest {
    /** Who is asking, or null: nobody, or somebody whose credential is not valid. */
    caller: Caller | null
    /** The key that was presented, for the gateway. */
    apiKey: KnownApiKey | null
    /** Why nobody could be asked whether the credential is valid; becomes a 503, never a 401. */
    identificationError: ApplicationError | Error | null
    /** Whose credential it was that is good, but not from here. They are not the caller; the trail names them. */
    turnedAway: Caller | null
  }
}

const ACTIVITY_EVERY_MS = 3000
const BEARER = /^Bearer +(\S+)$/i

/** Identifies what stands in `Authorization`: an API key, one of our tokens, or an outside issuer's. It never refuses. */
export const auth = fp(
  async (app) => {
    const { config } = app
    const feed = new ChangeFeed({
      url: config.DATABASE_URL,
      onLost: () => app.log.warn('lost the notification connection; reconnecting'),
    })
    const identity = new Identity({
      database: app.database,
      feed,
      digester: new KeyDigester(config.KEY_PEPPER, config.KEY_PEPPER_PREVIOUS),
      clock: systemClock,
      log: app.log,
    })
    const issuers = outsideIssuersOf(config)
    app.startup.push(() => feed.start())
    app.addHook('onClose', () => feed.close())
    const ownIssuer = new URL(config.PUBLIC_URL).origin
    await app.register(fastifyJwt, {
      secret: config.JWT_SECRET,
      sign: {
        algorithm: 'HS256',
        header: { alg: 'HS256', typ: 'at+jwt' },
        iss: ownIssuer,
        aud: 'litemaas-api',
        expiresIn: '10m',
      },
      verify: {
        algorithms: ['HS256'],
        allowedIss: ownIssuer,
        allowedAud: 'litemaas-api',
        requiredClaims: ['iss', 'aud', 'sub', 'sid', 'iat', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS * 1000,
      },
    })
    const outside = new OutsideTokens({ issuers, identity, database: app.database, clock: systemClock })
    const machines = new ServiceTokens({
      identity,
      issuer: ownIssuer,
      secret: config.JWT_SECRET,
      clock: systemClock,
    })
    const activity = new ServiceClientActivity({ platform: app.platformDatabase, clock: systemClock })
    writeInBackground(app, activity)
    const tokens = createTokenVerifier(app, { identity, outside, machines, clock: systemClock })
    app.decorate('identity', identity)
    app.decorate('tokens', tokens)
    app.decorate('serviceTokens', machines)
    app.decorate('serviceClientActivity', activity)
    app.decorateRequest('caller', null)
    app.decorateRequest('apiKey', null)
    app.decorateRequest('identificationError', null)
    app.decorateRequest('turnedAway', null)

    app.addHook('onRequest', (request, _reply, done) => {
      const header = request.headers.authorization
      const credential = header === undefined ? keyInOwnHeader(request) : BEARER.exec(header)?.[1]
      if (credential === undefined) return done()
      const identified = credential.startsWith('sk-')
        ? identifyKey(identity, request, credential)
        : identifyToken(app, request, credential)
      // A cached key is known without waiting: the hot path stays synchronous.
      if (identified === undefined) return done()
      identified
        .catch((error: unknown) => {
          if (error instanceof TurnedAway) request.turnedAway = error.caller
          request.identificationError = asUnavailable(error) as Error
        })
        .finally(() => done())
    })
  },
  { name: 'auth', dependencies: ['database'] },
)

/** Routes of a foreign protocol may name the header in which its clients send their keys. */
function keyInOwnHeader({ routeOptions, headers }: FastifyRequest): string | undefined {
  const name = routeOptions.config?.keyHeader
  const value = name === undefined ? undefined : headers[name]
  return typeof value === 'string' && /^sk-\S+$/.test(value) ? value : undefined
}

function outsideIssuersOf(config: Config): OutsideIssuer[] {
  try {
    return readOutsideIssuers(config.EXTERNAL_ISSUERS, [
      new URL(config.PUBLIC_URL).origin,
      config.OAUTH_ISSUER,
    ])
  } catch (error) {
    throw new ConfigurationError(error instanceof Error ? error.message : 'EXTERNAL_ISSUERS is wrong')
  }
}

function identifyKey(identity: Identity, request: FastifyRequest, secret: string): Promise<void> | undefined {
  const adopt = (key: KnownApiKey | undefined) => {
    if (key === undefined) return
    request.apiKey = key
    request.caller = callerOfApiKey(key, { requestId: request.id, address: request.ip })
  }
  const found = identity.resolveApiKey(secret)
  if (found instanceof Promise) return found.then(adopt)
  adopt(found)
  return undefined
}

async function identifyToken(app: FastifyInstance, request: FastifyRequest, token: string): Promise<void> {
  const caller = (await app.tokens.resolve(token, { requestId: request.id, address: request.ip })) ?? null
  request.caller = caller
  if (caller?.kind === 'serviceClient' && caller.organizationId !== null)
    app.serviceClientActivity.note({ organizationId: caller.organizationId, id: caller.credentialId })
}

function writeInBackground(app: FastifyInstance, activity: ServiceClientActivity): void {
  const writer = new Periodic({
    name: 'service-client-activity',
    everyMs: () => ACTIVITY_EVERY_MS,
    work: () => activity.flush(),
    log: app.log,
  })
  app.startup.push(() => writer.start())
  app.addHook('onClose', async () => {
    await writer.stop()
    await activity
      .flush()
      .catch((error: unknown) =>
        app.log.warn({ err: error }, 'the last use of service clients is not written'),
      )
  })
}

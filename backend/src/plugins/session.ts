import { fastifyCookie, Signer } from '@fastify/cookie'
import { fastifySession } from '@fastify/session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { callerOfSession, type KnownSession } from '#identity'
import { systemClock } from '#platform/clock'
import { ignoresCookies, whereCookiesCount } from './session/browser-hooks.ts'
import { isUnsafe, refuseCrossSite } from './session/cross-site.ts'
import { SessionActivity } from './session/session-activity.ts'
import { sessionCookieFor, type SessionCookie } from './session/session-cookie.ts'
import { isRenewalDue, renewSession } from './session/session-renewal.ts'
import { SessionStore } from './session/session-store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly sessionCookie: SessionCookie
  }
}

/** The console's session, kept in PostgreSQL. It identifies where nothing stands in `Authorization`, and never refuses for it. */
export const session = fp(
  async (app) => {
    const { config, identity, database } = app
    const cookie = sessionCookieFor(config.PUBLIC_URL)
    const publicOrigin = new URL(config.PUBLIC_URL).origin
    const signer = new Signer(config.SESSION_SECRET)
    const activity = new SessionActivity({ database, clock: systemClock, log: app.log })
    const browserApp = whereCookiesCount(app)
    await fastifyCookie(browserApp, { secret: signer })
    fastifySession(
      browserApp,
      {
        secret: signer,
        store: new SessionStore({ identity, database }),
        cookieName: cookie.name,
        cookie: { ...cookie.flags, maxAge: cookie.lifeMs },
        saveUninitialized: false,
        rolling: false,
      },
      (error?: Error) => {
        if (error) throw error
      },
    )
    app.decorate('sessionCookie', cookie)

    const renew = async (request: FastifyRequest, reply: FastifyReply, known: KnownSession) => {
      try {
        const newId = await renewSession(database, known, request.session.sessionId, request.id)
        if (newId)
          void reply.setCookie(cookie.name, signer.sign(newId), {
            ...cookie.flags,
            maxAge: cookie.lifeMs / 1000,
          })
      } catch (error) {
        request.log.warn({ err: error }, 'could not renew a session id')
      }
    }
    app.addHook('onRequest', (request, reply, done) => {
      if (request.headers.authorization !== undefined || ignoresCookies(request)) return done()
      const { known, failure } = request.session
      if (failure) request.identificationError = failure
      if (!known) return done()
      request.caller = callerOfSession(known, 'session', known.currentOrganizationId, {
        requestId: request.id,
        address: request.ip,
      })
      activity.note(known, request.id)
      // A new id that the browser is not told would end its session.
      const isTold = request.routeOptions.config?.answersRaw !== true
      if (!isTold || !isRenewalDue(known, systemClock)) return done()
      renew(request, reply, known).then(() => done(), done)
    })

    // Refusing belongs after counting, and before any body is read. The guard of rbac puts itself in front of this.
    app.addHook('onRoute', (route) => {
      if (!isUnsafe(route) || route.url.startsWith('/v1/')) return
      route.preParsing = [
        async (request) => {
          const isByCookie =
            request.caller?.door === 'session' ||
            (request.caller === null && request.session.failure !== undefined)
          if (isByCookie) refuseCrossSite(request, publicOrigin)
        },
        ...[route.preParsing ?? []].flat(),
      ]
    })
    app.addHook('onClose', () => activity.settle())
  },
  { name: 'session', dependencies: ['auth', 'oauth'] },
)

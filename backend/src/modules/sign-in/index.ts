/** Signing in and out, and people's own sessions. It writes sessions; who is behind one is read by identity alone. It must never link people by e-mail address. */
import type { FastifyInstance } from 'fastify'
import { sweepExpiredSignIns } from './expired-sign-ins.ts'
import { OAuthService } from './oauth.service.ts'
import { registerSessionRoutes } from './session.routes.ts'
import { SessionService } from './session.service.ts'
import { registerSignInRoutes } from './sign-in.routes.ts'
import { AccessToken, Me, OrganizationChoice, Session } from './sign-in.schemas.ts'

export async function signIn(app: FastifyInstance): Promise<void> {
  const { config, serviceContext, identity } = app
  for (const schema of [AccessToken, Me, OrganizationChoice, Session]) app.addSchema(schema)
  const oauth = new OAuthService(serviceContext, {
    provider: app.oauth,
    sessionLife: app.sessionCookie,
    joinsDefault: config.DEFAULT_ORGANIZATION_JOIN,
    rules: {
      adminGroup: config.OAUTH_GROUP_ADMIN,
      readonlyGroup: config.OAUTH_GROUP_READONLY,
      userGroup: config.OAUTH_GROUP_USER,
      defaultRole: config.OAUTH_DEFAULT_ROLE,
      initialAdmins: config.INITIAL_ADMIN_USERS.split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    },
  })
  registerSignInRoutes(app, oauth)
  registerSessionRoutes(
    app,
    new SessionService(serviceContext, { feed: identity.feed, sign: (claims) => app.jwt.sign(claims) }),
  )
  sweepExpiredSignIns(app)
}

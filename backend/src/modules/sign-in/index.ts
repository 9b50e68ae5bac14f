/** Signing in and out, and people's own sessions. It writes sessions; who is behind one is read by identity alone. It must never link people by e-mail address. */
import type { FastifyInstance } from 'fastify'
import { ownerFollower } from '#modules/api-keys'
import { createCipher } from '#platform/encryption'
import { Periodic } from '#platform/jobs'
import { BackChannelLogout } from './back-channel-logout.ts'
import { registerBackChannelLogoutRoute } from './back-channel-logout.routes.ts'
import { sweepExpiredSignIns } from './expired-sign-ins.ts'
import { OAuthService } from './oauth.service.ts'
import type { RoleRules } from './platform-role.ts'
import { ProviderGrants } from './provider-grants.ts'
import { RoleRefresh } from './role-refresh.ts'
import { registerSessionRoutes } from './session.routes.ts'
import { SessionService } from './session.service.ts'
import { registerSignInRoutes } from './sign-in.routes.ts'
import { AccessToken, Me, OrganizationChoice, Session } from './sign-in.schemas.ts'

export async function signIn(app: FastifyInstance): Promise<void> {
  const { config, serviceContext, identity } = app
  for (const schema of [AccessToken, Me, OrganizationChoice, Session]) app.addSchema(schema)
  const rules: RoleRules = {
    adminGroup: config.OAUTH_GROUP_ADMIN,
    readonlyGroup: config.OAUTH_GROUP_READONLY,
    userGroup: config.OAUTH_GROUP_USER,
    defaultRole: config.OAUTH_DEFAULT_ROLE,
    initialAdmins: config.INITIAL_ADMIN_USERS.split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  }
  const cipher = createCipher({ current: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS })
  const parts = {
    provider: app.oauth,
    rules,
    grants: new ProviderGrants(cipher, config.ROLE_REFRESH_SECONDS),
    followOwner: ownerFollower(app),
  }
  const oauth = new OAuthService(serviceContext, {
    ...parts,
    sessionLife: app.sessionCookie,
    joinsDefault: config.DEFAULT_ORGANIZATION_JOIN,
  })
  registerSignInRoutes(app, oauth)
  registerSessionRoutes(
    app,
    new SessionService(serviceContext, { feed: identity.feed, sign: (claims) => app.jwt.sign(claims) }),
  )
  registerBackChannelLogoutRoute(app, new BackChannelLogout(serviceContext, app.oauth))
  sweepExpiredSignIns(app)
  refreshRoles(app, new RoleRefresh(serviceContext, parts))
}

/** Often enough that, with what `ProviderGrants` leaves, nobody is read later than configured. */
function refreshRoles(app: FastifyInstance, refresh: RoleRefresh): void {
  const seconds = app.config.ROLE_REFRESH_SECONDS
  if (seconds === 0) return
  const everyMs = () => Math.min(10_000, seconds * 100)
  const job = new Periodic({
    name: 'role-refresh',
    everyMs,
    work: (signal) => refresh.run(signal),
    log: app.log,
  })
  app.startup.push(() => job.start())
  app.addHook('onClose', () => job.stop())
}
export { BACK_CHANNEL_ERRORS, OAuthError } from './back-channel-logout.routes.ts'
export { FailedSignIns } from './failed-sign-ins.ts'
export { roleOfSources } from './platform-role.ts'

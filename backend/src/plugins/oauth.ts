import type { IdentityProvider } from '#identity'
import fp from 'fastify-plugin'
import { OutsideKeys } from './auth/outside-keys.ts'
import { createOidcProvider } from './oauth/oidc.ts'
import { createOpenShiftProvider } from './oauth/openshift.ts'
import type { ProviderSettings } from './oauth/provider.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The platform's identity provider, as the sign-in module uses it. */
    readonly oauth: IdentityProvider
  }
}

/** The client of the identity provider, OIDC or OpenShift behind one interface. It adds no routes. */
export const oauth = fp(
  async (app) => {
    const { config } = app
    const settings: ProviderSettings = {
      issuer: config.OAUTH_ISSUER,
      apiUrl: config.OAUTH_API_URL,
      clientId: config.OAUTH_CLIENT_ID,
      clientSecret: config.OAUTH_CLIENT_SECRET,
      scopes: config.OAUTH_SCOPES,
      groupsClaim: config.OAUTH_GROUPS_CLAIM,
      callbackUrl: new URL('/api/auth/callback', config.PUBLIC_URL).href,
    }
    const provider =
      config.OAUTH_PROVIDER === 'oidc'
        ? createOidcProvider(settings, (url) => new OutsideKeys(url).find)
        : await createOpenShiftProvider(app, settings)
    app.decorate('oauth', provider)
  },
  { name: 'oauth', dependencies: ['env', 'auth'] },
)

import type { Configuration, JWK } from 'oidc-provider'
import type { IdentityFile } from './identity-file.ts'
import { createMemoryAdapter } from './memory-adapter.ts'
import { contentSecurityPolicy, errorPage } from './pages.ts'
import type { Person } from './people.ts'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

/** Everything is said explicitly: whatever is left to a default makes oidc-provider print a warning. */
export function providerConfiguration(options: {
  identity: IdentityFile
  people: readonly Person[]
  clientId: string
  clientSecret: string
}): Configuration {
  const { identity, people, clientId, clientSecret } = options
  return {
    adapter: createMemoryAdapter(),
    jwks: { keys: identity.jwks.keys as JWK[] },
    cookies: {
      keys: identity.cookieKeys,
      names: {
        session: 'litemaas_provider',
        interaction: 'litemaas_provider_interaction',
        resume: 'litemaas_provider_resume',
      },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        client_name: 'LiteMaaS',
        // The real rule is isAllowedRedirect; the schema wants at least one.
        redirect_uris: ['http://localhost:8080/api/auth/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    // Like most company providers: the claims stand in the ID token too, not in userinfo alone.
    conformIdTokenClaims: false,
    findAccount: async (_ctx, subject) => {
      const person = people.find(({ username }) => identity.subjects[username] === subject)
      if (!person || person.isRemoved === true) return undefined
      return {
        accountId: subject,
        claims: async () => ({
          sub: subject,
          name: person.name,
          preferred_username: person.username,
          email: person.email,
          email_verified: person.emailVerified ?? true,
          groups: [...person.groups],
        }),
      }
    },
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    clientBasedCORS: () => false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: 10 * MINUTE,
      AuthorizationCode: MINUTE,
      IdToken: 10 * MINUTE,
      RefreshToken: 7 * DAY,
      Interaction: 60 * MINUTE,
      Session: DAY,
      Grant: 7 * DAY,
    },
    renderError: (ctx, out) => {
      ctx.set('content-security-policy', contentSecurityPolicy)
      ctx.type = 'html'
      ctx.body = errorPage('Signing in did not work', out.error_description ?? out.error)
    },
  }
}

import { join } from 'node:path'
import { startKeptAlive } from './child.ts'
import { configuredPart, type Part, type Supply } from './parts.ts'
import { repositoryRoot } from './places.ts'

const CLIENT_ID = 'litemaas'

/** The identity provider: OAUTH_ISSUER when given, else the local one, for MOCK_AUTH=true (the default here). */
export async function supplyIdentity(
  supply: Supply,
): Promise<{ identity: Record<string, string>; part: Part }> {
  const { given, secrets, folder } = supply
  if (given['OAUTH_ISSUER'] !== undefined) {
    for (const name of ['OAUTH_CLIENT_ID', 'OAUTH_CLIENT_SECRET']) {
      if (given[name] === undefined) throw new Error(`OAUTH_ISSUER is set, and ${name} is not: set it too.`)
    }
    return { identity: {}, part: configuredPart }
  }
  if ((given['MOCK_AUTH'] ?? 'true') !== 'true') {
    throw new Error(
      'There is no identity provider: set OAUTH_ISSUER, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, or MOCK_AUTH=true for the local one.',
    )
  }
  if (given['NODE_ENV'] === 'production') {
    throw new Error(
      'NODE_ENV=production needs an identity provider of your own (OAUTH_ISSUER, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET): the local one asks for no password.',
    )
  }
  const port = await supply.port('identity')
  const publicUrl = given['PUBLIC_URL']
  const provider = await startKeptAlive(
    'The local identity provider',
    {
      script: join(repositoryRoot, 'scripts', 'src', 'identity-provider', 'main.ts'),
      workingDirectory: repositoryRoot,
      logFile: join(folder, 'logs', 'identity.log'),
      environment: {
        ...given,
        IDENTITY_PROVIDER_PORT: String(port),
        IDENTITY_PROVIDER_DATA: join(folder, 'identity'),
        IDENTITY_PROVIDER_REDIRECT_URIS:
          publicUrl === undefined ? '' : new URL('/api/auth/callback', publicUrl).href,
        OAUTH_CLIENT_ID: CLIENT_ID,
        OAUTH_CLIENT_SECRET: secrets.OAUTH_CLIENT_SECRET,
      },
    },
    { onRestart: (sentence) => supply.say(sentence), onGivenUp: (sentence) => supply.fail(sentence) },
  )
  const issuer = provider.url
  return {
    identity: {
      // The server takes an unset NODE_ENV for production, where it refuses this provider.
      NODE_ENV: given['NODE_ENV'] ?? 'development',
      MOCK_AUTH: 'true',
      OAUTH_PROVIDER: 'oidc',
      OAUTH_PROVIDER_NAME: 'the local people (no password)',
      OAUTH_ISSUER: issuer,
      OAUTH_CLIENT_ID: CLIENT_ID,
      OAUTH_CLIENT_SECRET: secrets.OAUTH_CLIENT_SECRET,
      OAUTH_SCOPES: given['OAUTH_SCOPES'] ?? 'openid profile email groups',
    },
    part: {
      supplied: { name: 'Identity provider', where: issuer, variable: 'OAUTH_ISSUER' },
      stop: async () => provider.stop(),
      kill: () => provider.kill(),
    },
  }
}

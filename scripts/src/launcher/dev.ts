// `npm run dev`: like `npm start`, and the server starts again when its sources change.
// `npm run dev:oauth`: the same with a real identity provider, from .env.oauth.local.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { repositoryRoot } from './places.ts'
import { run } from './run.ts'

function withRealProvider(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = join(repositoryRoot, '.env.oauth.local')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    console.error(
      'There is no .env.oauth.local: create it with OAUTH_PROVIDER (oidc or openshift), OAUTH_ISSUER, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET of your provider, one NAME=value per line. Its redirect URI is http://localhost:8080/api/auth/callback.',
    )
    process.exit(1)
  }
  const settings = parseEnv(text)
  if (!settings['OAUTH_ISSUER']) {
    console.error('.env.oauth.local has no OAUTH_ISSUER: set it to the address of your identity provider.')
    process.exit(1)
  }
  return { ...environment, MOCK_AUTH: 'false', ...settings }
}

const isWithRealProvider = process.argv.includes('--oauth')
await run({
  environment: isWithRealProvider ? withRealProvider(process.env) : process.env,
  isDevelopment: true,
})

// `npm run -s dev:env`: where the running launcher's parts are, as KEY=value lines. They hold secrets.
import { readRuntime } from './runtime.ts'

try {
  const { baseUrl, serverEnvironment, parts } = await readRuntime()
  const lines = {
    BASE_URL: baseUrl,
    DATABASE_URL: serverEnvironment['DATABASE_URL'],
    DATABASE_OWNER_URL: parts.DATABASE_OWNER_URL,
    DATABASE_SUPERUSER_URL: parts.DATABASE_SUPERUSER_URL,
    DATABASE_PLATFORM_URL: serverEnvironment['DATABASE_PLATFORM_URL'],
    LITELLM_API_URL: serverEnvironment['LITELLM_API_URL'],
    LITELLM_MASTER_KEY: parts.LITELLM_MASTER_KEY,
    OIDC_ISSUER: parts.OIDC_ISSUER,
  }
  for (const [name, value] of Object.entries(lines)) if (value) console.log(`${name}=${value}`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

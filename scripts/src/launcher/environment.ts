import { configSchema } from '@litemaas/backend/config'
import type { Secrets } from './secrets.ts'

/** What belongs to the launcher alone: the server must not be able to change its own schema. */
const NOT_FOR_THE_SERVER = [
  'DATABASE_OWNER_URL',
  'DATABASE_SUPERUSER_URL',
  'LITELLM_MASTER_KEY',
  'NODE_CHANNEL_FD',
]

/** Values of what `process.env` sets to something; an empty variable counts as not set. */
export function configured(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
  )
}

/** Where the supplied or configured parts are. */
export interface Addresses {
  database: {
    app: string
    platform: string
    owner?: string
    superuser?: string
    /** Of the supplied one only; another one's comes from the environment. */
    backup?: { url: string; directory: string }
  }
  litellm: { url: string; key: string }
  identity: Record<string, string>
  mail: Record<string, string>
}

/** The environment of the server: what is configured, and what is supplied where nothing is. */
export function serverEnvironment(
  environment: NodeJS.ProcessEnv,
  secrets: Secrets,
  addresses: Addresses,
): NodeJS.ProcessEnv {
  const given = configured(environment)
  const port = given['PORT'] ?? '8080'
  const { backup } = addresses.database
  const result: NodeJS.ProcessEnv = {
    HOST: '127.0.0.1',
    PORT: port,
    PUBLIC_URL: `http://localhost:${port}`,
    // Nobody balances load in front of a laptop: there is no one to wait for.
    DRAIN_DELAY_SECONDS: '0',
    JWT_SECRET: secrets.JWT_SECRET,
    SESSION_SECRET: secrets.SESSION_SECRET,
    KEY_PEPPER: secrets.KEY_PEPPER,
    ENCRYPTION_KEY: secrets.ENCRYPTION_KEY,
    ...(backup ? { DATABASE_BACKUP_URL: backup.url, BACKUP_DIRECTORY: backup.directory } : {}),
    ...given,
    ...addresses.identity,
    ...addresses.mail,
    DATABASE_URL: addresses.database.app,
    DATABASE_PLATFORM_URL: addresses.database.platform,
    LITELLM_API_URL: addresses.litellm.url,
    LITELLM_API_KEY: addresses.litellm.key,
  }
  for (const name of NOT_FOR_THE_SERVER) delete result[name]
  return result
}

/** The part of an environment that configures the server, without the rest of the person's shell. */
export function onlyServerVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configured(environment)).filter(([name]) => Object.hasOwn(configSchema.properties, name)),
  )
}

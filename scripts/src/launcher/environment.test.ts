import { expect, test } from 'vitest'
import { onlyServerVariables, serverEnvironment, type Addresses } from './environment.ts'
import type { Secrets } from './secrets.ts'

const secrets = {
  JWT_SECRET: 'jwt',
  SESSION_SECRET: 'session',
  KEY_PEPPER: 'pepper',
  ENCRYPTION_KEY: 'encryption',
  LITELLM_MASTER_KEY: 'sk-master',
} as Secrets

const addresses: Addresses = {
  database: { app: 'postgres://app', platform: 'postgres://platform', owner: 'postgres://owner' },
  litellm: { url: 'http://litellm', key: 'sk-master' },
  identity: { OAUTH_ISSUER: 'http://issuer' },
  mail: {},
}

test('what is configured wins over what is supplied, and an empty variable counts as absent', () => {
  const environment = serverEnvironment(
    { JWT_SECRET: 'mine', PORT: '9000', KEY_PEPPER: '' },
    secrets,
    addresses,
  )
  expect(environment).toMatchObject({
    JWT_SECRET: 'mine',
    KEY_PEPPER: 'pepper',
    PORT: '9000',
    PUBLIC_URL: 'http://localhost:9000',
    HOST: '127.0.0.1',
    LITELLM_API_KEY: 'sk-master',
  })
  expect(environment['NODE_ENV']).toBeUndefined()
})

test('the server never gets what could change its schema', () => {
  const given = { DATABASE_OWNER_URL: 'postgres://owner', DATABASE_SUPERUSER_URL: 'postgres://root' }
  const environment = serverEnvironment(given, secrets, addresses)
  expect(Object.keys(environment)).not.toContain('DATABASE_OWNER_URL')
  expect(Object.keys(environment)).not.toContain('DATABASE_SUPERUSER_URL')
  expect(Object.values(environment)).not.toContain('postgres://owner')
})

test('a second server gets the configuration without the rest of the shell', () => {
  expect(
    onlyServerVariables({
      PATH: '/bin',
      LITELLM_KEY_MODE: 'service',
      LEASE_SECONDS: '2',
      HOME: '/',
      METRICS_TOKEN: '',
    }),
  ).toEqual({ LITELLM_KEY_MODE: 'service', LEASE_SECONDS: '2' })
})

// The identity provider as a process of its own: `node scripts/src/identity-provider/main.ts`.
import process from 'node:process'
import { readFile } from 'node:fs/promises'
import { demoPeople, startIdentityProvider, type Person } from './index.ts'

const {
  IDENTITY_PROVIDER_PORT: port = '0',
  IDENTITY_PROVIDER_DATA: dataDirectory = '.data/identity-provider',
  IDENTITY_PROVIDER_REDIRECT_URIS: redirectUris = '',
  IDENTITY_PROVIDER_PEOPLE: peopleFile,
  OAUTH_CLIENT_ID: clientId = 'litemaas',
  OAUTH_CLIENT_SECRET: clientSecret,
} = process.env

try {
  if (clientSecret === undefined)
    throw new Error('OAUTH_CLIENT_SECRET is not set: choose one of 32 characters or more.')
  // JSON of people besides the known ones.
  const more =
    peopleFile === undefined ? [] : (JSON.parse(await readFile(peopleFile, 'utf8')) as readonly Person[])
  const provider = await startIdentityProvider({
    port: Number(port),
    dataDirectory,
    clientId,
    people: [...demoPeople, ...more],
    clientSecret,
    redirectUris: redirectUris.split(',').filter((uri) => uri !== ''),
  })
  console.log(JSON.stringify({ issuer: provider.issuer }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void provider.close().then(() => process.exit(0)))
  }
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}

import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { explainAccess } from './places.ts'

const random = (): string => randomBytes(32).toString('base64url')

const GENERATORS = {
  JWT_SECRET: random,
  SESSION_SECRET: random,
  KEY_PEPPER: random,
  ENCRYPTION_KEY: () => randomBytes(32).toString('base64'),
  DATABASE_SUPERUSER_PASSWORD: random,
  DATABASE_OWNER_PASSWORD: random,
  DATABASE_APP_PASSWORD: random,
  DATABASE_PLATFORM_PASSWORD: random,
  DATABASE_BACKUP_PASSWORD: random,
  LITELLM_MASTER_KEY: () => `sk-${random()}`,
  OAUTH_CLIENT_SECRET: random,
} as const

type SecretName = keyof typeof GENERATORS
export type Secrets = Record<SecretName, string>

const HEADER = [
  '# Generated once and used again at every start. Whoever reads this file can be anybody in this installation.',
  '# Without it the data beside it cannot be opened any more.',
]

/**
 * Reads `secrets.env` in the data folder and generates what is missing; the file has mode 0600.
 * @throws Error with one sentence when the file cannot be read or written.
 */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const path = join(folder, 'secrets.env')
  try {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const known = parseEnv(text)
    const names = Object.keys(GENERATORS) as SecretName[]
    const secrets = Object.fromEntries(
      names.map((name) => [name, known[name] || GENERATORS[name]()]),
    ) as Secrets
    if (names.every((name) => known[name] === secrets[name])) {
      await chmod(path, 0o600)
      return secrets
    }
    const lines = [
      ...HEADER,
      ...Object.entries({ ...known, ...secrets }).map(([name, value]) => `${name}=${value}`),
    ]
    await writeFile(`${path}.new`, `${lines.join('\n')}\n`, { mode: 0o600 })
    await rename(`${path}.new`, path)
    return secrets
  } catch (error) {
    throw explainAccess(error, path)
  }
}

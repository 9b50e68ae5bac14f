import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** What must stay the same over restarts: signing keys, cookie keys, and each person's `sub`. */
export interface IdentityFile {
  jwks: { keys: JWK[] }
  cookieKeys: string[]
  subjects: Record<string, string>
}

async function write(path: string, content: IdentityFile): Promise<void> {
  const half = `${path}.${String(process.pid)}`
  await writeFile(half, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await rename(half, path)
}

async function generate(): Promise<IdentityFile> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' }
  return { jwks: { keys: [jwk] }, cookieKeys: [randomBytes(32).toString('base64url')], subjects: {} }
}

/**
 * Reads the provider's identity from `dataDirectory`, creating what is missing (mode 0600).
 * @throws Error when the file is there but cannot be understood.
 */
export async function loadIdentity(dataDirectory: string, usernames: string[]): Promise<IdentityFile> {
  const path = join(dataDirectory, 'identity.json')
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`${path} cannot be read (${error.message}): give it to the user who starts LiteMaaS.`)
  })
  let identity: IdentityFile
  if (text === undefined) identity = await generate()
  else {
    try {
      identity = JSON.parse(text) as IdentityFile
      if (!Array.isArray(identity.jwks.keys) || typeof identity.subjects !== 'object')
        throw new Error('shape')
    } catch (cause) {
      throw new Error(
        `${path} is damaged: restore it, or remove it (everybody then signs in as somebody new).`,
        { cause },
      )
    }
    await chmod(path, 0o600)
  }
  const missing = usernames.filter((username) => !Object.hasOwn(identity.subjects, username))
  for (const username of missing) identity.subjects[username] = randomUUID()
  if (text === undefined || missing.length > 0) await write(path, identity)
  return identity
}

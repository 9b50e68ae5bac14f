import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { ApplicationError } from '#platform/errors'

export interface CipherKeys {
  /** At least 32 characters. */
  readonly current: string
  /** Still opens what an earlier key sealed; nothing new is sealed with it. */
  readonly previous?: string | undefined
}

export interface Cipher {
  /** `context` says whose secret it is (e.g. table and row id); it is bound, not stored. */
  seal(text: string, context: string): Buffer
  /** Throws INTERNAL when the key, the context or the bytes are not those it was sealed with. */
  open(sealed: Buffer, context: string): string
}

const FORMAT = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES

/** AES-256-GCM. Layout: format (1 byte), nonce (12), tag (16), ciphertext. */
export function createCipher(keys: CipherKeys): Cipher {
  const current = derive(keys.current)
  const candidates = keys.previous ? [current, derive(keys.previous)] : [current]
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), body])
    },
    open(sealed, context) {
      if (sealed.length < HEADER_BYTES || sealed[0] !== FORMAT)
        throw ApplicationError.internal('not a sealed secret')
      for (const key of candidates) {
        const text = tryOpen(key, sealed, context)
        if (text !== undefined) return text
      }
      throw ApplicationError.internal('a sealed secret cannot be opened with the configured encryption keys')
    },
  }
}

/** Configured keys are text of any encoding; this gives them the cipher's size, and a purpose of their own. */
function derive(key: string): Buffer {
  if (key.length < 32) throw ApplicationError.internal('the encryption key is shorter than 32 characters')
  return Buffer.from(hkdfSync('sha256', key, '', 'litemaas/encryption/1', 32))
}

function tryOpen(key: Buffer, sealed: Buffer, context: string): string | undefined {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const tag = sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

import { createHash, createHmac, hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
export const API_KEY_PREFIX = 'sk-litellm-'
/** 43 base62 characters carry 256 bits; 6 more hold the CRC32, so that a typo is refused without any look-up. */
const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
/** The largest multiple of 62 in a byte: above it a byte is drawn again, so that no character is favoured. */
const FAIR_LIMIT = 248

/** Random base62 characters, each of them as likely as the others. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(64)) {
      if (byte < FAIR_LIMIT && text.length < length) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}

function checksum(text: string): string {
  let rest = crc32(text)
  let out = ''
  for (let index = 0; index < CHECKSUM_LENGTH; index += 1) {
    out = ALPHABET.charAt(rest % 62) + out
    rest = Math.floor(rest / 62)
  }
  return out
}

/** A new secret: the prefix, 43 random base62 characters and 6 of checksum. */
export function mintSecretWith(prefix: string): string {
  const random = randomText(RANDOM_LENGTH)
  return prefix + random + checksum(random)
}

/** Whether the text can be one of ours at all; wrong checksums are refused here, before any I/O. */
export function isWellFormedSecret(prefix: string, text: string): boolean {
  if (text.length !== prefix.length + RANDOM_LENGTH + CHECKSUM_LENGTH || !text.startsWith(prefix))
    return false
  const random = text.slice(prefix.length, -CHECKSUM_LENGTH)
  return checksum(random) === text.slice(-CHECKSUM_LENGTH)
}

export const mintApiKeySecret = (): string => mintSecretWith(API_KEY_PREFIX)

export const isWellFormedApiKey = (text: string): boolean => isWellFormedSecret(API_KEY_PREFIX, text)

/**
 * A name for a presented secret within this process, four times cheaper than its digest. Never stored: whoever could read
 * the database could compare it with LiteLLM's hashes.
 */
export const fingerprintOf = (secret: string): string => hash('sha256', secret, 'base64url')

/** What people see of a key afterwards. */
export function apiKeyHint(secret: string): string {
  return `${API_KEY_PREFIX}...${secret.slice(-4)}`
}

/** The name under which LiteLLM and its logs know a key (SHA-256, hex). */
export function proxyTokenHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Turns secrets into what may be stored: HMAC-SHA-256 under a pepper that the database does not know. */
export class KeyDigester {
  readonly #current: string
  readonly #previous: string | undefined
  readonly version: string

  constructor(current: string, previous?: string) {
    this.#current = current
    this.#previous = previous
    this.version = createHash('sha256').update(`pepper:${current}`).digest('hex').slice(0, 8)
  }

  digest(secret: string): Buffer {
    return createHmac('sha256', this.#current).update(secret).digest()
  }

  /** Under the pepper before the rotation, while one is configured. */
  previousDigest(secret: string): Buffer | undefined {
    return this.#previous === undefined
      ? undefined
      : createHmac('sha256', this.#previous).update(secret).digest()
  }
}

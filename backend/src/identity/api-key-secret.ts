import { createHash, createHmac, hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
export const API_KEY_PREFIX = 'sk-litellm-'
/** 43 base62 characters carry 256 bits; 6 more hold the CRC32, so that a typo is refused without any look-up. */
const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
const LENGTH = API_KEY_PREFIX.length + RANDOM_LENGTH + CHECKSUM_LENGTH
/** The largest multiple of 62 in a byte: above it a byte is drawn again, so that no character is favoured. */
const FAIR_LIMIT = 248

function randomPart(): string {
  let text = ''
  while (text.length < RANDOM_LENGTH) {
    for (const byte of randomBytes(64)) {
      if (byte < FAIR_LIMIT && text.length < RANDOM_LENGTH) text += ALPHABET.charAt(byte % 62)
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

/** A new secret: `sk-litellm-` + 43 random base62 characters + 6 of checksum. */
export function mintApiKeySecret(): string {
  const random = randomPart()
  return API_KEY_PREFIX + random + checksum(random)
}

/** Whether the text can be one of ours at all; wrong checksums are refused here, before any I/O. */
export function isWellFormedApiKey(text: string): boolean {
  if (text.length !== LENGTH || !text.startsWith(API_KEY_PREFIX)) return false
  const random = text.slice(API_KEY_PREFIX.length, -CHECKSUM_LENGTH)
  return checksum(random) === text.slice(-CHECKSUM_LENGTH)
}

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

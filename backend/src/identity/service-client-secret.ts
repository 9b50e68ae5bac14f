import { isWellFormedSecret, mintSecretWith, randomText } from './api-key-secret.ts'

const SECRET_PREFIX = 'lms_'
const CLIENT_ID_PREFIX = 'lmc_'
const CLIENT_ID_RANDOM = 22

/** How a machine calls itself: no secret, but not to be guessed either. */
export const newClientId = (): string => CLIENT_ID_PREFIX + randomText(CLIENT_ID_RANDOM)

/** A new secret of a service client, made like that of a key: 256 random bits and a checksum. */
export const mintServiceClientSecret = (): string => mintSecretWith(SECRET_PREFIX)

/** Whether the text can be a secret of a service client at all. */
export const isWellFormedServiceClientSecret = (text: string): boolean =>
  isWellFormedSecret(SECRET_PREFIX, text)

/** What people see of a secret afterwards. */
export const serviceClientSecretHint = (secret: string): string => `${SECRET_PREFIX}...${secret.slice(-4)}`

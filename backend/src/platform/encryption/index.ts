/** Keeps small secrets unreadable at rest. This room knows ciphers and no table, and never logs what it opens. */
export { createCipher, type Cipher, type CipherKeys } from './cipher.ts'

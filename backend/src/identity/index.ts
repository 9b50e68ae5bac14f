/** Who is asking: resolves sessions, tokens, keys and outside identities to a Caller. Reads only; modules own every write. */
export {
  API_KEY_PREFIX,
  apiKeyHint,
  isWellFormedApiKey,
  KeyDigester,
  mintApiKeySecret,
  proxyTokenHash,
} from './api-key-secret.ts'
export type { ReadThroughCache } from './cache.ts'
export { changed, ChangeFeed, type ChangedKind } from './change-feed.ts'
export { callerOfApiKey, callerOfIdentity, callerOfSession, type RequestFacts } from './callers.ts'
export {
  Identity,
  sessionDigest,
  type KnownApiKey,
  type KnownIdentity,
  type KnownSession,
} from './identity.ts'
export { listMemberships, type Membership } from './identity.queries.ts'
export { hasRole, permissions, permissionsOf, type Permission } from './permissions.ts'

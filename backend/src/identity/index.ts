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
export {
  callerOfApiKey,
  callerOfIdentity,
  callerOfServiceClient,
  callerOfSession,
  type RequestFacts,
} from './callers.ts'
export {
  Identity,
  sessionDigest,
  type KnownApiKey,
  type KnownIdentity,
  type KnownServiceClient,
  type KnownSession,
  type ServiceTokenName,
} from './identity.ts'
export type {
  CompletedLogin,
  IdentityProvider,
  ProviderGrant,
  ProviderLogout,
  Renewal,
  VouchedPerson,
} from './identity-provider.ts'
export { listMemberships, type Membership } from './identity.queries.ts'
export {
  hasRole,
  machinePermissions,
  machineScopeFor,
  permissions,
  permissionsOf,
  type Permission,
} from './permissions.ts'
export { mintServiceClientSecret, newClientId, serviceClientSecretHint } from './service-client-secret.ts'

/**
 * The neighbour. This room speaks to LiteLLM: it reads its catalogue, tells it about keys, and keeps the two in agreement.
 * It knows no module; modules register what they want kept there. Inference is the gateway's own business.
 */
export type { Alarm, Log } from './alarms.ts'
export {
  abilitiesOfMode,
  readCatalogue,
  type CatalogueChanges,
  type CatalogueModel,
  type RejectedRow,
  type StoredModel,
} from './catalogue.ts'
export type {
  CataloguePreview,
  CatalogueStore,
  CatalogueSync,
  SyncOutcome,
  SyncRun,
  SyncTrigger,
} from './catalogue-sync.ts'
export { connectionResult, judgeConnection, type ConnectionResult } from './connection-result.ts'
export type { DesiredDeployment } from './deliver-deployment.ts'
export { aliasPrefix, keyAlias, keyHash, type DesiredKey, type KeyMetadata } from './desired-key.ts'
export { parseExactJson } from './exact-json.ts'
export type { IntentProgress } from './delivery.ts'
export type { LiteLLMHealth } from './health-watch.ts'
export { createLiteLLM, type LiteLLM, type LiteLLMOptions, type LiteLLMSettings } from './litellm.ts'
export type { LiteLLMClient, Probe, SpendLogQuery } from './litellm.client.ts'
export {
  LiteLLMError,
  maskSecrets,
  parseLiteLLMError,
  type Failure,
  type FailureKind,
} from './litellm.errors.ts'
export {
  DeploymentRow,
  matches,
  type KeyRow,
  type SpendLogPage,
  type SpendLogRow,
} from './litellm.schemas.ts'
export type { DeleteIntent, Intent, Outbox, PutIntent } from './outbox.ts'
export { parseDecimalNano, parsePriceNanoPerMillion } from './prices.ts'
export type { DesiredResource, Resource } from './registry.ts'

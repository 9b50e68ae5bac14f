/**
 * The neighbour. This room speaks to LiteLLM: it reads its catalogue, tells it about keys, and keeps the two in agreement.
 * It knows no module; modules register what they want kept there. Inference is the gateway's own business.
 */
export type { Alarm, Log } from './alarms.ts'
export type { CatalogueChanges, CatalogueModel, RejectedRow, StoredModel } from './catalogue.ts'
export type { CatalogueStore, CatalogueSync, SyncOutcome, SyncRun, SyncTrigger } from './catalogue-sync.ts'
export { aliasPrefix, keyAlias, keyHash, type DesiredKey, type KeyMetadata } from './desired-key.ts'
export type { IntentProgress } from './delivery.ts'
export type { LiteLLMHealth } from './health-watch.ts'
export { createLiteLLM, type LiteLLM, type LiteLLMOptions, type LiteLLMSettings } from './litellm.ts'
export type { LiteLLMClient, SpendLogQuery } from './litellm.client.ts'
export { LiteLLMError, parseLiteLLMError, type Failure, type FailureKind } from './litellm.errors.ts'
export type { KeyRow, SpendLogPage, SpendLogRow } from './litellm.schemas.ts'
export type { DeleteIntent, Intent, Outbox, PutIntent } from './outbox.ts'
export { parseDecimalNano, parsePriceNanoPerMillion } from './prices.ts'
export type { DesiredResource, Resource } from './registry.ts'

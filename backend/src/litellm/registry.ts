import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { DesiredDeployment } from './deliver-deployment.ts'
import type { DesiredKey } from './desired-key.ts'

/** What should exist in LiteLLM for one row of a module. */
export interface DesiredResource {
  readonly id: string
  readonly organizationId: string
  /** The version of the state below; reported back by `recordApplied` when LiteLLM has it. */
  readonly version: number
  /** Null: it must not exist there (revoked). */
  readonly key: DesiredKey | null
  /** It was found lost: nobody can make it anew, so that it is told only if it turns up again. */
  readonly isLost?: boolean
  /** Where the rows are deployments of models and no keys: the one that should exist, or null when it must not. */
  readonly deployment?: DesiredDeployment | null
}

/**
 * What a module tells about its rows that have a counterpart in LiteLLM. All functions run on the platform's connection
 * in a short transaction; none may call LiteLLM.
 */
export interface Resource {
  /** Names the rows in intents, e.g. `api-key-secret`. */
  readonly kind: string
  /** What the rows are in LiteLLM; keys unless said otherwise. */
  readonly counterpart?: 'key' | 'deployment'
  /** The present desired state; ids that exist no more are left out. */
  loadDesired(tx: Tx, ids: readonly string[]): Promise<readonly DesiredResource[]>
  /** LiteLLM has the state of this version (or, after a revocation, has no key any more). */
  recordApplied(tx: Tx, id: string, version: number): Promise<void>
  /** LiteLLM refused this version for good; an administrator must look. */
  recordFailed(tx: Tx, id: string, version: number): Promise<void>
  /** LiteLLM has lost the key and nobody knows its value any more: it needs rotation. Answers whether that is news. */
  recordLost(tx: Tx, id: string): Promise<boolean>
  /** Everything that should exist there (`key` never null), page by page, in a stable order. */
  listDesired(
    tx: Tx,
    cursor: string | null,
  ): Promise<{ items: readonly DesiredResource[]; nextCursor: string | null }>
}

export class ResourceRegistry {
  readonly #resources = new Map<string, Resource>()

  registerResource(resource: Resource): void {
    if (this.#resources.has(resource.kind))
      throw ApplicationError.internal(`resource ${resource.kind} is registered twice`)
    this.#resources.set(resource.kind, resource)
  }

  find(kind: string): Resource | undefined {
    return this.#resources.get(kind)
  }

  list(): readonly Resource[] {
    return [...this.#resources.values()]
  }
}

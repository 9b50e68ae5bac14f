import type { CatalogueSync } from '#litellm'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { page, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { listRuns } from './catalogue.queries.ts'
import { codes } from './model.errors.ts'
import type { ModelSynchronization } from './model.schemas.ts'

const JOB = 'catalogue-administration'

/** The administrator's hand on the catalogue's synchronisation. */
export class SynchronizationService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #catalogue: Pick<CatalogueSync, 'run'>

  constructor(context: ServiceContext, catalogue: Pick<CatalogueSync, 'run'>) {
    super(context)
    this.#platform = context.platformDatabase
    this.#catalogue = catalogue
  }

  /** Runs now and answers what changed; 409 while another process is at it, 503 when LiteLLM cannot be read. */
  async synchronize(caller: Caller): Promise<ModelSynchronization> {
    // Recorded before it is done: what the run changes has audit rows of its own.
    await this.#platform.transaction(JOB, (tx) =>
      this.audit(tx, caller, {
        category: 'model',
        action: 'models.synchronization_requested',
        resourceType: 'catalogue',
        resourceId: 'litellm',
        organizationId: PLATFORM_ORGANIZATION_ID,
      }),
    )
    const outcome = await this.#catalogue.run('request')
    if (!outcome)
      throw ApplicationError.conflict('Another synchronisation is under way.', codes.SYNCHRONIZATION_RUNNING)
    if (outcome.result === 'failed')
      throw ApplicationError.unavailable(
        'LiteLLM cannot be read right now; the last catalogue stays.',
        codes.LITELLM_UNAVAILABLE,
        5,
      )
    const { rejected, ...run } = outcome
    if (rejected.length > 0)
      this.log.info({ rejected: rejected.length }, 'some rows of LiteLLM were not usable')
    return run
  }

  /** Newest first. */
  async list(query: { limit: number; offset: number }): Promise<PageOf<ModelSynchronization>> {
    const { rows, total } = await this.#platform.transaction(JOB, (tx) => listRuns(tx, query), {
      readOnly: true,
    })
    return page(rows, total, query)
  }
}

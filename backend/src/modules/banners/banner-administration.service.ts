import { PLATFORM_ORGANIZATION_ID, type AuditEvent } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { assertVersion, idempotent, page, type IdempotencyFacts, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { constraints } from './banner.errors.ts'
import {
  deleteBanner,
  findBanner,
  insertBanner,
  listBanners,
  lockBanner,
  updateBanner,
} from './banner.queries.ts'
import {
  bannerDefaults,
  type Banner,
  type BannerListQuery,
  type CreateBanner,
  type UpdateBanner,
} from './banner.schemas.ts'
import { assertSafeMarkdown } from './safe-markdown.ts'

const JOB = 'banner-administration'

/** Puts announcements up and takes them down, for the whole installation. */
export class BannerAdministrationService extends BaseService {
  readonly #platform: PlatformDatabase

  constructor(context: ServiceContext) {
    super(context, constraints)
    this.#platform = context.platformDatabase
  }

  async list(query: BannerListQuery): Promise<PageOf<Banner>> {
    const { rows, total } = await this.#platform.transaction(JOB, (tx) => listBanners(tx, query), {
      readOnly: true,
    })
    return page(rows, total, query)
  }

  async get(id: string): Promise<Banner> {
    const banner = await this.#platform.transaction(JOB, (tx) => findBanner(tx, id), { readOnly: true })
    if (!banner) throw ApplicationError.notFound('banner', id)
    return banner
  }

  create(caller: Caller, body: CreateBanner, idempotency: IdempotencyFacts): Promise<Banner> {
    assertSafeTexts(body.texts)
    return this.#write((tx) =>
      idempotent(tx, caller, idempotency, this.clock.now(), async () => {
        const created = await insertBanner(tx, { ...bannerDefaults, ...body })
        await this.#audit(tx, caller, { action: 'banner.created', resourceId: created.id, after: created })
        return created
      }),
    )
  }

  update(caller: Caller, id: string, body: UpdateBanner, version: number | undefined): Promise<Banner> {
    const { version: _version, ...change } = body
    if (change.texts) assertSafeTexts(change.texts)
    return this.#write(async (tx) => {
      const before = await lockBanner(tx, id)
      if (!before) throw ApplicationError.notFound('banner', id)
      assertVersion(before.version, version)
      const after = await updateBanner(tx, id, { ...before, ...change }, this.clock.now())
      await this.#audit(tx, caller, { action: 'banner.updated', resourceId: id, before, after })
      return after
    })
  }

  remove(caller: Caller, id: string, version: number | undefined): Promise<void> {
    return this.#write(async (tx) => {
      const before = await lockBanner(tx, id)
      if (!before) throw ApplicationError.notFound('banner', id)
      assertVersion(before.version, version)
      await deleteBanner(tx, id)
      await this.#audit(tx, caller, { action: 'banner.deleted', resourceId: id, before })
    })
  }

  async #write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.#platform.transaction(JOB, work)
    } catch (error) {
      throw this.mapDatabaseError(error, 'banner administration')
    }
  }

  #audit(
    tx: Tx,
    caller: Caller,
    event: Pick<AuditEvent, 'action' | 'resourceId' | 'before' | 'after'>,
  ): Promise<void> {
    return this.audit(tx, caller, {
      category: 'banner',
      resourceType: 'banner',
      organizationId: PLATFORM_ORGANIZATION_ID,
      ...event,
    })
  }
}

function assertSafeTexts(texts: CreateBanner['texts']): void {
  for (const [language, text] of Object.entries(texts)) assertSafeMarkdown(text, `texts.${language}`)
}

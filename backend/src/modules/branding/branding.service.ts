import { createHash } from 'node:crypto'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Database, PlatformDatabase } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { deleteImage, findContent, findImage, putImage, type ImageContent } from './branding.queries.ts'
import type { BrandingImage, MediaType, Slot } from './branding.schemas.ts'
import { checkedImage } from './image-check.ts'

const JOB = 'branding-administration'
const NOBODY = { organizationId: null, userId: null, requestId: 'branding' }

/** Logos of the installation: anybody may look at them, administrators exchange them. */
export class BrandingService extends BaseService {
  readonly #database: Database
  readonly #platform: PlatformDatabase

  constructor(context: ServiceContext) {
    super(context)
    this.#database = context.database
    this.#platform = context.platformDatabase
  }

  /** 404 `BRANDING_IMAGE_NOT_FOUND` while the slot is empty. */
  async content(slot: Slot): Promise<ImageContent> {
    const found = await this.#database.transaction(NOBODY, (tx) => findContent(tx, slot), { readOnly: true })
    if (!found) throw ApplicationError.notFound('branding image', slot)
    return found
  }

  /** 422 when the bytes are not what they are said to be. */
  put(caller: Caller, slot: Slot, mediaType: MediaType, bytes: Buffer): Promise<BrandingImage> {
    const content = checkedImage(mediaType, bytes)
    const digest = createHash('sha256').update(content).digest('hex')
    const at = this.clock.now()
    return this.#platform.transaction(JOB, async (tx) => {
      const before = await findImage(tx, slot)
      const after = await putImage(tx, { slot, mediaType, content, digest, at })
      await this.audit(tx, caller, { ...about(slot), action: 'branding_image.replaced', before, after })
      return after
    })
  }

  remove(caller: Caller, slot: Slot): Promise<void> {
    return this.#platform.transaction(JOB, async (tx) => {
      const before = await findImage(tx, slot)
      if (!before) throw ApplicationError.notFound('branding image', slot)
      await deleteImage(tx, slot)
      await this.audit(tx, caller, { ...about(slot), action: 'branding_image.removed', before })
    })
  }
}

const about = (slot: Slot) => ({
  category: 'branding',
  resourceType: 'branding_image',
  resourceId: slot,
  organizationId: PLATFORM_ORGANIZATION_ID,
})

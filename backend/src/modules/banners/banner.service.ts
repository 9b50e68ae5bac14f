import { ApplicationError, languages, type Language } from '#platform/errors'
import { BaseService, type Caller } from '#platform/services'
import { codes } from './banner.errors.ts'
import { dismiss, findBanner, languageOf, listShownBanners } from './banner.queries.ts'
import type { ShownBanner } from './banner.schemas.ts'

const HOUR_MS = 3_600_000

/** Announcements as people see them. */
export class BannerService extends BaseService {
  /** The most urgent first. The language: as asked, else the person's own, else what the browser prefers. */
  async list(caller: Caller, asked: Language | undefined, preferred: Language): Promise<ShownBanner[]> {
    const userId = this.personOf(caller)
    const now = this.clock.now()
    return await this.read(caller, async (tx) => {
      const own = asked ?? (await languageOf(tx, userId))
      const language = languages.find((one) => one === own) ?? preferred
      return await listShownBanners(tx, caller, language, now)
    })
  }

  /** Puts it away for as long as the banner allows; 422 where it does not. */
  async dismiss(caller: Caller, id: string): Promise<void> {
    const userId = this.personOf(caller)
    await this.transaction(caller, async (tx) => {
      const banner = await findBanner(tx, id)
      if (!banner?.isEnabled) throw ApplicationError.notFound('banner', id)
      if (banner.dismissHours === null)
        throw ApplicationError.unprocessable('This banner stays.', codes.BANNER_NOT_DISMISSIBLE)
      await dismiss(tx, id, userId, new Date(this.clock.now().getTime() + banner.dismissHours * HOUR_MS))
    })
  }
}

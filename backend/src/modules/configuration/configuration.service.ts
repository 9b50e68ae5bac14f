import { listPublicBanners } from '#modules/banners'
import { listBrandingImages } from '#modules/branding'
import type { Database } from '#platform/database'
import { languages, type Language } from '#platform/errors'
import { BaseService, type ServiceContext } from '#platform/services'
import type { AnySettingsSection } from '#platform/settings'

interface Installation {
  readonly signInProvider: string
  readonly signInProviderName: string | null
  readonly hasDocumentation: boolean
}

const NOBODY = { organizationId: null, userId: null, requestId: 'configuration' }

/** Gathers what is public, in one read-only transaction. */
export class ConfigurationService extends BaseService {
  readonly #database: Database
  readonly #sections: readonly AnySettingsSection[]
  readonly #installation: Installation

  constructor(context: ServiceContext, sections: readonly AnySettingsSection[], installation: Installation) {
    super(context)
    this.#database = context.database
    this.#sections = sections
    this.#installation = installation
  }

  get(language: Language) {
    const now = this.clock.now()
    return this.#database.transaction(
      NOBODY,
      async (tx) => {
        const [values, images, banners] = await Promise.all([
          Promise.all(this.#sections.map(async (one) => [one.name, await one.read(tx)] as const)),
          listBrandingImages(tx),
          listPublicBanners(tx, language, now),
        ])
        const settings = Object.fromEntries(values)
        return { ...this.#installation, languages: [...languages], settings, images, banners }
      },
      { readOnly: true },
    )
  }
}

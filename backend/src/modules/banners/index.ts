/** Announcements that administrators put up: who sees them, when, in which language. The texts are markdown without HTML; no script can be in them. */
import type { FastifyInstance } from 'fastify'
import { registerBannerRoutes } from './banner.routes.ts'
import { Banner, ShownBanner } from './banner.schemas.ts'
import { BannerService } from './banner.service.ts'
import { registerBannerAdministrationRoutes } from './banner-administration.routes.ts'
import { BannerAdministrationService } from './banner-administration.service.ts'

export async function banners(app: FastifyInstance): Promise<void> {
  for (const schema of [Banner, ShownBanner]) app.addSchema(schema)
  registerBannerRoutes(app, new BannerService(app.serviceContext))
  registerBannerAdministrationRoutes(app, new BannerAdministrationService(app.serviceContext))
}
export { listPublicBanners } from './banner.queries.ts'
export { ShownBanner } from './banner.schemas.ts'

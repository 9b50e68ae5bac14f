/** The installation's own face: names and logos. Whatever is uploaded is checked by its bytes, and nothing in it can run. */
import type { FastifyInstance } from 'fastify'
import { BrandingService } from './branding.service.ts'
import { brandingTexts } from './branding.settings.ts'
import { registerBrandingRoutes } from './branding.routes.ts'
import { BrandingImage } from './branding.schemas.ts'

export async function branding(app: FastifyInstance): Promise<void> {
  app.addSchema(BrandingImage)
  app.settings.register(brandingTexts)
  registerBrandingRoutes(app, new BrandingService(app.serviceContext))
}
export { listBrandingImages } from './branding.queries.ts'
export { BrandingImage } from './branding.schemas.ts'

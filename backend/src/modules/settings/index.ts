/**
 * What administrators set while the product runs: one form per section that a room has defined, and the few settings of the
 * installation itself. It knows no section's meaning, and changes nothing but the values.
 */
import type { FastifyInstance } from 'fastify'
import { display, retention } from './installation.ts'
import { registerSettingsRoutes } from './settings.routes.ts'
import { SettingsService } from './settings.service.ts'

export async function settings(app: FastifyInstance): Promise<void> {
  app.settings.register(display)
  app.settings.register(retention)
  registerSettingsRoutes(app, app.settings.list(), new SettingsService(app.serviceContext))
}
/** For the room that removes what is no longer kept. */
export { retention } from './installation.ts'

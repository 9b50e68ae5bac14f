/**
 * People: what they see and change of themselves, what administrators see, limit and switch off. Roles come from elsewhere:
 * the platform's from the identity provider, the organization's from memberships. It opens no session and knows no secret.
 */
import type { FastifyInstance } from 'fastify'
import { ownerFollower } from '#modules/api-keys'
import { registerAccessRoutes } from './access.routes.ts'
import { AccessAnswer, OwnPermissions, PermissionDescription, Role } from './access.schemas.ts'
import { BulkLimitsService } from './bulk-limits.service.ts'
import { registerProfileRoutes } from './profile.routes.ts'
import { Profile } from './profile.schemas.ts'
import { ProfileService } from './profile.service.ts'
import { userDefaults } from './user-defaults.ts'
import { registerUserLimitsRoutes } from './user-limits.routes.ts'
import { BulkPreview, UserLimits } from './user-limits.schemas.ts'
import { UserLimitsService } from './user-limits.service.ts'
import { registerUserRoutes } from './user.routes.ts'
import { User, UserActivity, UserDetail } from './user.schemas.ts'
import { UserService } from './user.service.ts'

export async function users(app: FastifyInstance): Promise<void> {
  const { serviceContext } = app
  const own = [Profile, OwnPermissions, Role, PermissionDescription, AccessAnswer]
  for (const schema of [...own, User, UserDetail, UserActivity, UserLimits, BulkPreview])
    app.addSchema(schema)
  app.settings.register(userDefaults)
  const limits = new UserLimitsService(serviceContext)
  registerProfileRoutes(app, new ProfileService(serviceContext))
  registerAccessRoutes(app)
  registerUserRoutes(app, new UserService(serviceContext, ownerFollower(app)))
  registerUserLimitsRoutes(app, limits, new BulkLimitsService(serviceContext, limits, app.jobs))
}

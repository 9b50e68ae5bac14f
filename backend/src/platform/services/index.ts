/** What every service stands on: who is asking, what it may use, and one way to reach the database. */
export { BaseService } from './base-service.ts'
export { systemCaller, type Caller, type OrganizationRole, type PlatformRole } from '#platform/caller'
export type { ServiceContext } from './service-context.ts'

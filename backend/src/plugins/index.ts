/** The ordered front of the server. The order is the design: identify, count, decide, then document. */
import type { Config } from './env/index.ts'
import type { RowInspector } from '#platform/database'
import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify'
import { auth } from './auth.ts'
import { database } from './database.ts'
import { env } from './env/index.ts'
import { oauth } from './oauth.ts'
import { rateLimit } from './rate-limit.ts'
import { rbac } from './rbac.ts'
import { session } from './session.ts'
import { subscriptionHooks } from './subscription-hooks.ts'
import { swagger } from './swagger.ts'

export type PluginOptions = { config: Config; inspectRows?: RowInspector }
type Plugin = FastifyPluginAsync<PluginOptions> | FastifyPluginCallback<PluginOptions>

export const plugins: ReadonlyArray<readonly [name: string, plugin: Plugin]> = [
  ['env', env],
  ['database', database],
  ['auth', auth],
  ['oauth', oauth],
  ['session', session],
  ['rbac', rbac],
  ['rate-limit', rateLimit],
  ['swagger', swagger],
  ['subscription-hooks', subscriptionHooks],
]
export { ConfigurationError, listOf, readConfig, readEnvironment, type Config } from './env/index.ts'

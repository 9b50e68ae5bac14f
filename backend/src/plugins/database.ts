import fp from 'fastify-plugin'
import {
  assertSafeRole,
  Database,
  PlatformDatabase,
  pendingMigrations,
  type RowInspector,
} from '#platform/database'

declare module 'fastify' {
  interface FastifyInstance {
    /** Scoped transactions as `litemaas_app`. */
    readonly database: Database
    /** Scoped transactions as `litemaas_platform`; jobs and platform administration only. */
    readonly platformDatabase: PlatformDatabase
  }
}

/** Opens PostgreSQL. The boot fails when it is away, when a shipped migration is missing, or when a role has powers that pass row-level security by. */
export const database = fp<{ inspectRows?: RowInspector }>(
  async (app, options) => {
    const { DATABASE_URL, DATABASE_PLATFORM_URL, DATABASE_POOL_MAX } = app.config
    app.startup.push(async () => {
      const pending = await pendingMigrations(DATABASE_URL).catch((error: unknown) =>
        unreachable('DATABASE_URL', error),
      )
      if (pending.length > 0)
        throw new Error(
          `the database lacks ${pending.length} migration(s), first ${pending[0] ?? ''}: run \`npm run db:migrate\``,
        )
      await assertSafeRole(DATABASE_URL, 'DATABASE_URL')
      await assertSafeRole(DATABASE_PLATFORM_URL, 'DATABASE_PLATFORM_URL').catch((error: unknown) =>
        unreachable('DATABASE_PLATFORM_URL', error),
      )
    })
    const shared = {
      onError: (error: Error) => app.log.warn({ err: error }, 'lost an idle database connection'),
      inspectRows: options.inspectRows,
    }
    const appPool = new Database({
      url: DATABASE_URL,
      max: DATABASE_POOL_MAX,
      applicationName: 'litemaas-app',
      ...shared,
    })
    const platformPool = new PlatformDatabase({
      url: DATABASE_PLATFORM_URL,
      max: 4,
      applicationName: 'litemaas-platform',
      statementTimeoutMs: 30_000,
      ...shared,
    })
    app.decorate('database', appPool)
    app.decorate('platformDatabase', platformPool)
    app.addHook('onClose', async () => {
      await appPool.close()
      await platformPool.close()
    })
  },
  { name: 'database', dependencies: ['env'] },
)

/** Names the variable, which the driver does not know; an error that names it already passes untouched. */
function unreachable(variable: string, error: unknown): never {
  if (!(error instanceof Error) || error.message.includes(variable)) throw error
  // Several addresses that refuse come as one error without a message.
  const reason = error.message || ('code' in error ? String(error.code) : error.name)
  throw new Error(`PostgreSQL cannot be used by ${variable}: ${reason}`, { cause: error })
}

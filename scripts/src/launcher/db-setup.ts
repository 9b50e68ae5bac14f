// `npm run db:setup`: makes roles and database with DATABASE_SUPERUSER_URL, or prints the SQL for an administrator.
import { setupDatabase, setupStatements } from '@litemaas/backend/database'

const PLACEHOLDER = (role: string): string => `postgres://${role}:CHOOSE-A-PASSWORD@localhost/litemaas`

try {
  const {
    DATABASE_SUPERUSER_URL: superuserUrl,
    DATABASE_OWNER_URL: ownerUrl,
    DATABASE_URL: appUrl,
    DATABASE_PLATFORM_URL: platformUrl,
    DATABASE_BACKUP_URL: backupUrl,
  } = process.env
  if (!superuserUrl) {
    const statements = setupStatements({
      ownerUrl: ownerUrl || PLACEHOLDER('litemaas_owner'),
      appUrl: appUrl || PLACEHOLDER('litemaas_app'),
      platformUrl: platformUrl || PLACEHOLDER('litemaas_platform'),
      backupUrl: backupUrl || PLACEHOLDER('litemaas_backup'),
    })
    console.log(
      '-- Run as a superuser, with passwords of your own; then `npm run db:migrate` as litemaas_owner.',
    )
    console.log([statements.roles, statements.createDatabase, statements.database].join('\n'))
  } else {
    if (!ownerUrl || !appUrl || !platformUrl) {
      throw new Error(
        'Set DATABASE_OWNER_URL, DATABASE_URL and DATABASE_PLATFORM_URL too: the roles get the passwords that stand in them.',
      )
    }
    await setupDatabase({ superuserUrl, ownerUrl, appUrl, platformUrl, backupUrl: backupUrl || undefined })
    console.log('Roles and database are ready; now run `npm run db:migrate`.')
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

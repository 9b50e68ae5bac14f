// `npm run db:migrate`: applies the missing migrations with DATABASE_OWNER_URL.
import { migrate } from '@litemaas/backend/database'

try {
  const ownerUrl = process.env['DATABASE_OWNER_URL']
  if (!ownerUrl) {
    throw new Error(
      'Set DATABASE_OWNER_URL=postgres://litemaas_owner:<password>@<host>/<database> and run it again.',
    )
  }
  const { applied } = await migrate({ ownerUrl })
  console.log(
    applied.length === 0 ? 'Nothing to do: all migrations are applied.' : `Applied: ${applied.join(', ')}`,
  )
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

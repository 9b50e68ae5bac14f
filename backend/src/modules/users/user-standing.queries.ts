import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { PlatformRole } from './profile.schemas.ts'
import { UserStatus } from './user.schemas.ts'

// As the platform: a person belongs to the installation, not to an organization.

const StandingRow = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  status: UserStatus,
  platformRole: PlatformRole,
  version: Type.Integer(),
})
export type StandingRow = Static<typeof StandingRow>

const columns = sql`id, display_name as "displayName", status, platform_role as "platformRole", version`

/** Until the end of the transaction, nobody else decides who may come in. */
export async function lockAdministration(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended('user-administration', 0))`)
}

export function lockUser(tx: Tx, id: string): Promise<StandingRow | undefined> {
  return tx.find(sql(StandingRow)`select ${columns} from users where id = ${id} for no key update`)
}

export function findStanding(tx: Tx, id: string): Promise<StandingRow | undefined> {
  return tx.find(sql(StandingRow)`select ${columns} from users where id = ${id}`)
}

const Count = Type.Object({ count: Type.Integer() })

/** Active administrators besides this one, by their last sign-in. */
export async function countOtherAdmins(tx: Tx, id: string): Promise<number> {
  const { count } = await tx.one(sql(Count)`
    select count(*)::integer as count from users where platform_role = 'admin' and status = 'active' and id <> ${id}`)
  return count
}

export async function updateUser(
  tx: Tx,
  id: string,
  next: { displayName: string; status: string },
): Promise<void> {
  await tx.run(sql`
    update users set display_name = ${next.displayName}, status = ${next.status}, version = version + 1, updated_at = now()
    where id = ${id}`)
}

const Id = Type.Object({ id: Type.String() })

export async function deleteSessions(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.many(sql(Id)`delete from sessions where user_id = ${userId} returning id`)
  return rows.map((row) => row.id)
}

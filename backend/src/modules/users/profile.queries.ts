import { Type, type Static } from '@sinclair/typebox'
import { sql, type Tx } from '#platform/database'
import { Profile } from './profile.schemas.ts'

const {
  organizationId: _organization,
  memberships: _memberships,
  limits: _limits,
  ...own
} = Profile.properties
const ProfileRow = Type.Object(own)
export type ProfileRow = Static<typeof ProfileRow>

const columns = sql`id, username, email, is_email_verified as "isEmailVerified", display_name as "displayName", language, theme,
  platform_role as "platformRole", created_at as "createdAt", last_sign_in_at as "lastSignInAt", version`

export function findProfile(tx: Tx, userId: string): Promise<ProfileRow | undefined> {
  return tx.find(sql(ProfileRow)`select ${columns} from users where id = ${userId}`)
}

/** Undefined when it has changed since it was read. */
export function updateProfile(
  tx: Tx,
  seen: { id: string; version: number },
  next: Pick<ProfileRow, 'displayName' | 'language' | 'theme'>,
): Promise<ProfileRow | undefined> {
  return tx.find(sql(ProfileRow)`
    update users set display_name = ${next.displayName}, language = ${next.language}, theme = ${next.theme},
      version = version + 1, updated_at = now()
    where id = ${seen.id} and version = ${seen.version} returning ${columns}`)
}

const OwnLimits = Type.Object({
  rpmLimit: Type.Union([Type.Integer(), Type.Null()]),
  tpmLimit: Type.Union([Type.Integer(), Type.Null()]),
  maxParallelRequests: Type.Union([Type.Integer(), Type.Null()]),
})

/** In the organization of the transaction. */
export function findOwnLimits(tx: Tx, userId: string): Promise<Static<typeof OwnLimits> | undefined> {
  return tx.find(sql(OwnLimits)`
    select rpm_limit as "rpmLimit", tpm_limit as "tpmLimit", max_parallel_requests as "maxParallelRequests"
    from memberships where user_id = ${userId} and status = 'active'`)
}

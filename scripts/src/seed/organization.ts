// The organization and who is in it. There is no API for this yet, so it is done as the platform's administration would.
import { Type } from '@sinclair/typebox'
import { recordAudit } from '@litemaas/backend/audit'
import { sql } from '@litemaas/backend/database'
import type { Installation } from './installation.ts'
import { otherMembers } from './plan.ts'

type Tx = Parameters<Parameters<Installation['platform']['transaction']>[1]>[0]
type Actor = Parameters<typeof recordAudit>[1]
interface Member {
  readonly userId: string
  readonly role: string
  readonly status: 'active' | 'disabled'
}

/** In whose name the seed writes what no person could. */
export const seedActor = (organizationId: string): Actor => ({
  kind: 'system',
  door: 'job',
  userId: null,
  organizationId,
  platformRole: 'user',
  organizationRole: null,
  permissions: new Set<string>(),
  credentialId: 'seed',
  requestId: 'seed',
  address: null,
})

/** Answers false when it was there already. */
export async function ensureOrganization(
  { platform }: Installation,
  { id, name }: { id: string; name: string },
): Promise<boolean> {
  return platform.transaction('seed', async (tx) => {
    const made = await tx.run(
      sql`insert into organizations (id, name) values (${id}, ${name}) on conflict do nothing`,
    )
    if (made === 0) return false
    await tx.run(
      sql`insert into teams (organization_id, name, is_default) values (${id}, 'Default team', true)`,
    )
    await recordAudit(tx, seedActor(id), {
      category: 'organization',
      action: 'organization.created',
      resourceType: 'organization',
      resourceId: id,
      after: { name },
    })
    return true
  })
}

const UserId = Type.Object({ userId: Type.String() })

/** People whom a provider that does not exist vouched for: the same function as at a first sign-in makes them. */
export async function ensureOtherPeople({ app }: Installation, seed: number): Promise<Member[]> {
  const members: Member[] = []
  for (const { username, name, role, status } of otherMembers) {
    const scope = { organizationId: null, userId: null, requestId: 'seed' }
    const { userId } = await app.transaction(scope, (tx) =>
      tx.one(sql(UserId)`
        select user_id as "userId" from lookup.sign_in_identity('https://people.example', ${`${String(seed)}/${username}`},
          ${username}, ${`${username}@example.com`}, true, ${name}, 'user', '{}', false, null, 'seed')`),
    )
    members.push({ userId, role, status })
  }
  return members
}

/** Memberships of the organization and of its default team; answers how many are new. */
export async function ensureMembers(
  { platform }: Installation,
  organizationId: string,
  members: readonly Member[],
): Promise<number> {
  return platform.transaction('seed', async (tx) => {
    let made = 0
    for (const member of members) made += await addMember(tx, organizationId, member)
    return made
  })
}

async function addMember(tx: Tx, organizationId: string, { userId, role, status }: Member): Promise<number> {
  const made = await tx.run(sql`
    insert into memberships (organization_id, user_id, role, status) values (${organizationId}, ${userId}, ${role}, ${status})
    on conflict on constraint memberships_user_key do nothing`)
  if (made === 0) return 0
  await tx.run(sql`
    insert into team_members (organization_id, team_id, user_id)
    select organization_id, id, ${userId} from teams where organization_id = ${organizationId} and is_default
    on conflict on constraint team_members_pkey do nothing`)
  await recordAudit(tx, seedActor(organizationId), {
    category: 'identity',
    action: 'membership.created',
    resourceType: 'membership',
    resourceId: userId,
    after: { role, status },
  })
  // Servers remember for up to a second where somebody belongs.
  await tx.run(sql`select pg_notify('identity_changed', ${`user:${userId}`})`)
  return 1
}

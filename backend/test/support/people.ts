import { randomBytes, randomUUID } from 'node:crypto'
import type { OrganizationRole, PlatformRole } from '#platform/services'
import { Client } from './client.ts'
import type { World } from './world.ts'

export const DEFAULT_ORGANIZATION = '00000000-0000-4000-8000-000000000001'

/** Somebody whose rows were written by hand, so that a test can have any person at once. */
export interface Member {
  readonly userId: string
  readonly organizationId: string | null
  readonly username: string
  readonly platformRole: PlatformRole
}

export interface MemberOptions {
  readonly username?: string
  readonly organizationId?: string | null
  readonly role?: OrganizationRole
  readonly platformRole?: PlatformRole
}

export async function addOrganization(world: World, name: string): Promise<string> {
  const id = randomUUID()
  await world.query('insert into organizations (id, name) values ($1, $2)', [id, name])
  await world.query(
    `insert into teams (organization_id, name, is_default) values ($1, 'Default team', true)`,
    [id],
  )
  return id
}

/** A person with a membership; without one when `organizationId` is null. */
export async function addMember(world: World, options: MemberOptions = {}): Promise<Member> {
  const {
    username = `person-${randomBytes(4).toString('hex')}`,
    platformRole = 'user',
    role = 'member',
  } = options
  const organizationId = options.organizationId === undefined ? DEFAULT_ORGANIZATION : options.organizationId
  const [row] = await world.query<{ id: string }>(
    'insert into users (username, email, display_name, platform_role) values ($1, $2, $1, $3) returning id',
    [username, `${username}@example.com`, platformRole],
  )
  const userId = row?.id ?? ''
  if (organizationId !== null) {
    await world.query('insert into memberships (organization_id, user_id, role) values ($1, $2, $3)', [
      organizationId,
      userId,
      role,
    ])
    await world.query(
      `insert into team_members (organization_id, team_id, user_id)
       select organization_id, id, $2 from teams where organization_id = $1 and is_default`,
      [organizationId, userId],
    )
  }
  return { userId, organizationId, username, platformRole }
}

/** A new session of this person, and a token made from it, as `POST /api/auth/token` makes one. */
export async function openSession(
  world: World,
  member: Member,
): Promise<{ sessionId: string; token: string }> {
  const [row] = await world.query<{ id: string }>(
    `insert into sessions (digest, user_id, current_organization_id, idle_expires_at, expires_at)
     values ($1, $2, $3, now() + interval '1 hour', now() + interval '1 hour') returning id`,
    [randomBytes(32), member.userId, member.organizationId],
  )
  const sessionId = row?.id ?? ''
  const { userId: sub, organizationId, platformRole: role } = member
  return { sessionId, token: world.app.jwt.sign({ sub, sid: sessionId, organizationId, role }) }
}

/** Signed in, without the way through the provider. */
export async function clientOf(world: World, member: Member): Promise<Client> {
  const { token } = await openSession(world, member)
  return new Client(world.url, { authorization: `Bearer ${token}` })
}

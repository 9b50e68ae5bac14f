import { Type } from '@sinclair/typebox'
import { listMemberships, type KnownIdentity, type RequestFacts } from '#identity'
import { sql, type Database } from '#platform/database'
import type { OrganizationRole } from '#platform/services'

export interface NewOutsidePerson {
  readonly issuer: string
  readonly subject: string
  readonly username: string
  readonly email: string | null
  readonly displayName: string
  readonly organizationId: string
  readonly role: OrganizationRole
}

const Provisioned = Type.Object({
  userId: Type.String(),
  userStatus: Type.String(),
  platformRole: Type.Union([Type.Literal('admin'), Type.Literal('adminReadonly'), Type.Literal('user')]),
})
/** Creates what is missing of user, identity and membership. Undefined when the organization is not there or the person is disabled. */
export async function provisionOutsidePerson(
  database: Database,
  person: NewOutsidePerson,
  facts: RequestFacts,
): Promise<KnownIdentity | undefined> {
  const scope = { organizationId: null, userId: null, requestId: facts.requestId }
  return database.transaction(scope, async (tx) => {
    const made = await tx.find(sql(Provisioned)`
      select user_id as "userId", user_status as "userStatus", platform_role as "platformRole"
      from lookup.provision_outside_identity(${person.issuer}, ${person.subject}, ${person.username}, ${person.email},
        ${person.displayName}, ${person.organizationId}, ${person.role}, ${facts.address}, ${facts.requestId})`)
    if (made?.userStatus !== 'active') return undefined
    return { ...made, memberships: await listMemberships(tx, made.userId) }
  })
}

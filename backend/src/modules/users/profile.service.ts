import { listMemberships } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { assertVersion } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { findOwnLimits, findProfile, updateProfile, type ProfileRow } from './profile.queries.ts'
import type { Profile, UpdateProfile } from './profile.schemas.ts'

/** What people see and change of themselves. */
export class ProfileService extends BaseService {
  get(caller: Caller): Promise<Profile> {
    const userId = this.personOf(caller)
    return this.read(caller, async (tx) => this.#whole(tx, caller, await own(tx, userId)))
  }

  /** A person belongs to no organization: the change is recorded with the platform. */
  async update(caller: Caller, body: UpdateProfile, version: number | undefined): Promise<Profile> {
    const userId = this.personOf(caller)
    const actor = { ...caller, organizationId: PLATFORM_ORGANIZATION_ID }
    await this.transaction(
      actor,
      async (tx) => {
        const before = await own(tx, userId)
        assertVersion(before.version, version)
        const { version: _version, ...change } = body
        const after = await updateProfile(tx, before, { ...before, ...change })
        if (!after)
          throw ApplicationError.conflict(
            'This was changed in the meantime; read it again and repeat your change.',
            'VERSION_CONFLICT',
          )
        await this.audit(tx, actor, {
          category: 'user',
          action: 'user.updated',
          resourceType: 'user',
          resourceId: userId,
          before: changeable(before),
          after: changeable(after),
        })
      },
      'profile update',
    )
    return this.get(caller)
  }

  async #whole(tx: Tx, caller: Caller, row: ProfileRow): Promise<Profile> {
    const { organizationId } = caller
    const memberships = await listMemberships(tx, row.id)
    const limits = organizationId === null ? undefined : await findOwnLimits(tx, row.id)
    // Somebody whom an outside issuer sent knows one organization, whatever else the person belongs to.
    const visible =
      caller.door === 'outsideToken'
        ? memberships.filter((one) => one.organizationId === organizationId)
        : memberships
    return { ...row, organizationId, memberships: visible, limits: limits ?? null }
  }
}

const changeable = ({ displayName, language, theme }: ProfileRow) => ({ displayName, language, theme })

async function own(tx: Tx, userId: string): Promise<ProfileRow> {
  const row = await findProfile(tx, userId)
  if (!row) throw ApplicationError.unauthorized()
  return row
}

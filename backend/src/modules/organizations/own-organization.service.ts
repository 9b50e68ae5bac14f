import { changed } from '#identity'
import type { Tx } from '#platform/database'
import { assertVersion } from '#platform/http'
import { BaseService, type Caller } from '#platform/services'
import { auditFacts } from './organization.answer.ts'
import { organizationNotFound } from './organization.errors.ts'
import { findCurrent, lockOrganization, updateOrganization } from './organization.queries.ts'
import type { CurrentOrganization, UpdateOwnOrganization } from './organization.schemas.ts'

/** The organization that the caller works in, as its own people see and change it. */
export class OwnOrganizationService extends BaseService {
  get(caller: Caller): Promise<CurrentOrganization> {
    const id = this.organizationOf(caller)
    return this.read(caller, (tx) => this.#current(tx, id))
  }

  /** The name. Limits, models and suspension are the platform's to decide: nobody widens their own. */
  async update(
    caller: Caller,
    { name }: Pick<UpdateOwnOrganization, 'name'>,
    version?: number,
  ): Promise<CurrentOrganization> {
    const id = this.organizationOf(caller)
    return await this.transaction(
      caller,
      async (tx) => {
        if (!(await lockOrganization(tx, id))) throw organizationNotFound(id)
        const before = await this.#current(tx, id)
        assertVersion(before.version, version)
        await updateOrganization(tx, id, { name })
        const after = await this.#current(tx, id)
        await this.audit(tx, caller, { ...auditFacts(id), action: 'organization.updated', before, after })
        await changed(tx, { kind: 'organization', id })
        return after
      },
      'organization update',
    )
  }

  async #current(tx: Tx, id: string): Promise<CurrentOrganization> {
    const organization = await findCurrent(tx, id)
    if (!organization) throw organizationNotFound(id)
    return organization
  }
}

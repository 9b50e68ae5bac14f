import type { KnownApiKey } from '#identity'
import { findOwnKey, keyNotFound } from '#modules/api-keys'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller } from '#platform/services'
import { refusals } from './errors.ts'

/** Keys that their owners name instead of showing them. */
export class OwnKeys extends BaseService {
  /** 404 where it is not the caller's, 409 where it does not work. */
  async get(caller: Caller, id: string): Promise<KnownApiKey> {
    const { organizationId, userId } = caller
    if (organizationId === null || userId === null)
      throw ApplicationError.forbidden('You do not belong to an organization.', undefined, 'NO_ORGANIZATION')
    const now = this.clock.now()
    const key = await this.read(caller, (tx) => findOwnKey(tx, id, userId, now))
    if (!key) throw keyNotFound(id)
    if (!key.isUsable) throw refusals.keyNotActive()
    return key
  }
}

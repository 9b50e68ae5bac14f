import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { kindNames, kinds } from './notification-kinds.ts'
import { findReader, listChosen, replaceChosen } from './notification.queries.ts'
import type { NotificationPreferences, SetNotificationPreferences } from './notification.schemas.ts'

/** What a person wants to be told, and how: their own in every organization. */
export class PreferenceService extends BaseService {
  readonly #hasMail: boolean

  constructor(context: ServiceContext, parts: { hasMail: boolean }) {
    super(context)
    this.#hasMail = parts.hasMail
  }

  get(caller: Caller): Promise<NotificationPreferences> {
    const userId = this.personOf(caller)
    return this.read(caller, (tx) => this.#whole(tx, userId))
  }

  /** A person belongs to no organization: the change is recorded with the platform. */
  async set(caller: Caller, body: SetNotificationPreferences): Promise<NotificationPreferences> {
    const userId = this.personOf(caller)
    const names = body.preferences.map((one) => one.kind)
    if (new Set(names).size < names.length)
      throw ApplicationError.validation('Each kind stands at most once.', 'preferences')
    const actor = { ...caller, organizationId: PLATFORM_ORGANIZATION_ID }
    await this.transaction(actor, async (tx) => {
      const before = await listChosen(tx, userId)
      await replaceChosen(tx, userId, body.preferences)
      await this.audit(tx, actor, {
        category: 'user',
        action: 'notification_preferences.updated',
        resourceType: 'user',
        resourceId: userId,
        before: { preferences: before },
        after: { preferences: body.preferences },
      })
    })
    return this.get(caller)
  }

  async #whole(tx: Tx, userId: string): Promise<NotificationPreferences> {
    const reader = await findReader(tx, userId)
    if (!reader) throw ApplicationError.unauthorized()
    const chosen = new Map((await listChosen(tx, userId)).map((one) => [one.kind, one]))
    const preferences = kindNames.map((kind) => {
      const { inApp, email } = chosen.get(kind) ?? kinds[kind]
      return { kind, inApp, email }
    })
    return {
      isEmailAvailable: this.#hasMail && reader.email !== null,
      emailAddress: reader.email,
      preferences,
    }
  }
}
